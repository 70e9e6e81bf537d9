import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();

beforeAll(async () => {
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const layers = await Promise.all(
    [['app/'], ['app/main=run']].map(async (lines) =>
      putLayer(layout, [await layerTar(entriesOf(lines))], { gzip: false }),
    ),
  );
  await putImage(layout, '1', {
    layers,
    config: {
      architecture: 'amd64',
      created: '2020-01-01T00:00:00Z',
      config: {
        Entrypoint: ['/app/main'],
        Cmd: ['--serve'],
        User: 'node',
        WorkingDir: '/app',
        Env: ['PATH=/bin', 'DB_PASSWORD=two words', 'DB_URL=postgres://me:pw@db/x', 'EMPTY_TOKEN='],
        Labels: { team: 'shop' },
        Volumes: { '/data': {} },
      },
      history: [
        { created_by: 'COPY . /app # buildkit' },
        { created_by: 'ENV PATH=/bin', empty_layer: true },
        { created_by: 'RUN /bin/sh -c API_KEY=abc make # buildkit' },
      ],
    },
  });
});

test('inspect shows how an image starts and where its bytes are', async () => {
  const { status, stdout } = await tryReslim(['inspect', 'app:1'], { cwd });
  expect(status).toBe(0);
  expect(stdout.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "oci:app:1 DIGEST

    linux/amd64  3.58 kB in 2 layers  DIGEST
       created      2020-01-01T00:00:00Z
       entrypoint   ["/app/main"]
       command      ["--serve"]
       user         node
       directory    /app
       volume       /data
       environment  PATH=/bin
                    DB_PASSWORD=***
                    DB_URL=postgres://me:***@db/x
                    EMPTY_TOKEN=
       label        team=shop
       files       1, 3 B; all layers store 3 B
       wasted      nothing
       efficiency  100.0 %
      Layers:
           stored  unpacked  used  wasted  step
       1  1.54 kB   1.54 kB   0 B          COPY . /app
       2  2.05 kB   2.05 kB   3 B          RUN API_KEY=*** make
      Largest folders:
       3 B  /app  1 file
      Largest files:
       3 B  /app/main
      Secrets:
       build argument API_KEY: its value stands in step 3 of 3 of the history, which stays; build with a secret mount instead, and replace it
      Slimming would remove (unpacked):
       0 B  --level safe  0 files
       0 B  --level lean  0 files

    Nothing refers to it.
    "
  `);
});

test('inspect --read documents shows how an image starts and how it was built, but no secret', async () => {
  const { status, stdout } = await tryReslim(['inspect', 'app:1', '--read', 'documents'], { cwd });
  expect(status).toBe(0);
  expect(stdout.replaceAll(/sha256:\w{64}/g, 'DIGEST')).toMatchInlineSnapshot(`
    "oci:app:1 DIGEST

    linux/amd64  3.58 kB in 2 layers  DIGEST
       created      2020-01-01T00:00:00Z
       entrypoint   ["/app/main"]
       command      ["--serve"]
       user         node
       directory    /app
       volume       /data
       environment  PATH=/bin
                    DB_PASSWORD=***
                    DB_URL=postgres://me:***@db/x
                    EMPTY_TOKEN=
       label        team=shop
      Layers:
       1.54 kB  DIGEST  application/vnd.oci.image.layer.v1.tar
       2.05 kB  DIGEST  application/vnd.oci.image.layer.v1.tar
      Steps:
       1.54 kB  COPY . /app
                ENV PATH=/bin
       2.05 kB  RUN API_KEY=*** make

    Nothing refers to it.
    "
  `);
});

test('inspect --json has the same, and whole digests', async () => {
  const { stdout } = await tryReslim(['inspect', 'app:1', '--json'], { cwd });
  const { images } = JSON.parse(stdout);
  expect(images).toMatchObject([
    {
      digest: expect.stringMatching(/^sha256:\w{64}$/),
      config: {
        entrypoint: ['/app/main'],
        env: ['PATH=/bin', 'DB_PASSWORD=***', 'DB_URL=postgres://me:***@db/x', 'EMPTY_TOKEN='],
      },
      steps: [
        { line: 'COPY . /app', size: 1536 },
        { line: 'ENV PATH=/bin' },
        { line: 'RUN API_KEY=*** make', size: 2048 },
      ],
    },
  ]);
});
