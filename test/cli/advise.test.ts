import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { checkSarif } from '../report/support/check-sarif.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';

const cwd = tempFolder();
const DOCKERFILE = `FROM scratch
ADD rootfs.tar /
RUN API_TOKEN=s3cr3t fetch /big
RUN rm /big
CMD ["/app"]
`;

beforeAll(async () => {
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const layers = [];
  for (const lines of [['app=run'], [`big=${'x'.repeat(200_000)}`], ['.wh.big']])
    layers.push(await putLayer(layout, [await layerTar(entriesOf(lines))], { gzip: false }));
  const history = [
    { created_by: 'ADD rootfs.tar / # buildkit' },
    { created_by: 'RUN /bin/sh -c API_TOKEN=s3cr3t fetch /big # buildkit' },
    { created_by: 'RUN /bin/sh -c rm /big # buildkit' },
    { created_by: 'CMD ["/app"]', empty_layer: true },
  ];
  await putImage(layout, '1', { layers, config: { os: 'linux', architecture: 'amd64', history } });
  await writeFile(join(cwd, 'Dockerfile'), DOCKERFILE);
});

const shown = (text: string): string => text.replaceAll(/sha256:\w{64}/g, 'DIGEST');

test('advise shows what to write where, and no secrets', async () => {
  const { status, stdout, stderr } = await tryReslim(
    ['advise', 'app:1', '--dockerfile', 'Dockerfile'],
    { cwd },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(shown(stdout)).toMatchInlineSnapshot(`
    "oci:app:1 DIGEST

    linux/amd64  205 kB compressed, 205 kB unpacked
    Dockerfile: 3 of 3 RUN, COPY and ADD are in the history

    200 kB  Make and change files in one RUN  (merge-runs)
      Dockerfile:3  RUN API_TOKEN=*** fetch /big
      Of these 2 RUNs, later ones delete files that earlier ones made. What a layer has once stored
      stays in the image; in one RUN only the result is stored.
      200 kB /big
      reslim removes this today at --level safe; with this change it is not built at all.
      instead of lines 3-4:
        RUN API_TOKEN=*** fetch /big \\
            && rm /big
      https://docs.docker.com/build/building/best-practices/#run

    1 thing to change: 200 kB of 205 kB unpacked.
    Keep it so: reslim check oci:app:1 --max-size 1MB --max-wasted 100%
    "
  `);
});

test('advise without a Dockerfile goes by the history', async () => {
  const { stdout } = await tryReslim(['advise', 'app:1', '--json'], { cwd });
  const [image] = (JSON.parse(stdout) as { images: { advice: unknown[] }[] }).images;
  expect(image?.advice).toMatchObject([
    {
      practice: 'merge-runs',
      bytes: 200_000,
      place: { step: 'RUN API_TOKEN=*** fetch /big', layer: 2 },
      edits: [{ before: 'RUN API_TOKEN=*** fetch /big\nRUN rm /big' }],
      removedBy: 'safe',
    },
  ]);
  expect(stdout).not.toContain('s3cr3t');
});

test('--rewrite writes the Dockerfile with the edits made, as its author wrote it otherwise', async () => {
  await tryReslim(['advise', 'app:1', '--dockerfile', 'Dockerfile', '--rewrite', 'new'], { cwd });
  expect(await readFile(join(cwd, 'new'), 'utf8')).toBe(`FROM scratch
ADD rootfs.tar /
RUN API_TOKEN=s3cr3t fetch /big \\
    && rm /big
CMD ["/app"]
`);
});

test('--sarif names the line, --markdown what to write; neither shows secrets', async () => {
  await tryReslim(
    ['advise', 'app:1', '--dockerfile', 'Dockerfile', '--sarif', 'a.sarif', '--markdown', 'a.md'],
    { cwd },
  );
  const sarif = await readFile(join(cwd, 'a.sarif'), 'utf8');
  expect(checkSarif(JSON.parse(sarif) as object).runs[0].results).toMatchObject([
    {
      ruleId: 'merge-runs',
      level: 'warning',
      message: {
        text: expect.stringContaining(
          'instead of lines 3-4: RUN API_TOKEN=*** fetch /big && rm /big',
        ),
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'Dockerfile' },
            region: { startLine: 3, endLine: 3 },
          },
        },
      ],
    },
  ]);
  const markdown = await readFile(join(cwd, 'a.md'), 'utf8');
  expect(markdown).toContain('| 200 kB | [Make and change files in one RUN](https://');
  expect(markdown).toContain('```dockerfile\nRUN API_TOKEN=*** fetch /big \\\n    && rm /big\n```');
  expect(sarif + markdown).not.toContain('s3cr3t');
});

test('a Dockerfile from stdin', async () => {
  const { stdout } = await tryReslim(['advise', 'app:1', '--dockerfile', '-'], {
    cwd,
    input: Buffer.from(DOCKERFILE),
  });
  expect(stdout).toContain('  Dockerfile:3 ');
});

test.each([
  [['--dockerfile', 'gone'], 1, 'error: no such file or folder, gone'],
  [['--rewrite', 'x'], 2, 'error: --rewrite without --dockerfile'],
  [['--dockerfile', 'app/index.json'], 2, 'error: no FROM, app/index.json'],
])('%s is refused', async (args, status, message) => {
  const result = await tryReslim(['advise', 'app:1', ...args], { cwd });
  expect(result.status).toBe(status);
  expect(result.stderr).toContain(message);
});
