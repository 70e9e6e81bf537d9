import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../../src/oci/digest.ts';
import { parseImageName } from '../../../src/oci/image-name.ts';
import { OCI } from '../../../src/oci/media-type.ts';
import { listReferrers } from '../../../src/transport/registry/referrers.ts';
import { openRegistrySource } from '../../../src/transport/registry/registry-source.ts';
import { requireTools } from '../../support/requires.ts';
import { isolated } from './support/fast.ts';
import { makeArtifact, makeImage, makeIndex, type TestImage } from './support/images.ts';
import { describePlainRegistries } from './support/registries.ts';
import { run, type Server } from './support/servers.ts';
import { pullFrom, pushTo } from './support/transfer.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A tar that engines accept as a layer. */
const makeLayer = async (): Promise<Buffer> => {
  const tar = pack();
  tar.entry({ name: 'data' }, randomBytes(50_000));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const digests = (image: TestImage): Set<string> =>
  new Set(image.parts.map(({ descriptor }) => descriptor.digest));

let server: Server;
let folder: string;
beforeEach(() => {
  folder = tempFolder();
});

describePlainRegistries('images in a registry', {}, (start) => {
  describe('are shared with other tools:', () => {
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.close());

    test.runIf(requireTools('skopeo'))(
      'skopeo reads what reslim pushed, all platforms, and reslim what skopeo pushed',
      async () => {
        const image = makeIndex([
          makeImage({ layers: [await makeLayer()], isCompressed: true }),
          makeImage({ layers: [await makeLayer()], isCompressed: true, architecture: 'arm64' }),
        ]);
        await pushTo(`${server.host}/interop/skopeo:1.0`, image);
        const plain = [
          '--src-tls-verify=false',
          '--dest-tls-verify=false',
          '--all',
          '--preserve-digests',
        ];
        await run('skopeo', [
          'copy',
          ...plain,
          `docker://${server.host}/interop/skopeo:1.0`,
          `oci:${folder}:1.0`,
        ]);
        await run('skopeo', [
          'copy',
          ...plain,
          `oci:${folder}:1.0`,
          `docker://${server.host}/interop/back:1.0`,
        ]);
        expect(await pullFrom(`${server.host}/interop/back:1.0`)).toEqual(digests(image));
      },
    );

    test.runIf(requireTools('skopeo', 'umoci'))(
      'zstd layers and Docker manifests of skopeo are carried as they are',
      async () => {
        await pushTo(
          `${server.host}/interop/plain:1.0`,
          makeImage({ layers: [await makeLayer()] }),
        );
        const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
        for (const [tag, args] of [
          ['zstd', ['--dest-compress-format', 'zstd', '--dest-compress']],
          ['v2s2', ['--format', 'v2s2']],
        ] as const) {
          const name = `${server.host}/interop/${tag}:1.0`;
          await run('skopeo', [
            'copy',
            ...plain,
            ...args,
            `docker://${server.host}/interop/plain:1.0`,
            `dir:${folder}/${tag}`,
          ]);
          await run('skopeo', [
            'copy',
            ...plain,
            ...(tag === 'zstd' ? ['--preserve-digests'] : []),
            `dir:${folder}/${tag}`,
            `docker://${name}`,
          ]);
          const source = await openRegistrySource(parseImageName(name), isolated());
          const chunks: Uint8Array[] = [];
          for await (const chunk of source.open(source.root)) chunks.push(chunk);
          expect(digestOf(Buffer.concat(chunks))).toBe(source.root.digest);
          if (tag === 'zstd') expect(Buffer.concat(chunks).toString()).toContain('+zstd');
          else
            expect(source.root.mediaType).toBe(
              'application/vnd.docker.distribution.manifest.v2+json',
            );
          await source.close();
        }
      },
    );

    test.runIf(requireTools('crane'))(
      'crane validates what reslim pushed, and reslim reads a copy of crane',
      async () => {
        const image = makeImage({
          layers: [await makeLayer(), await makeLayer()],
          isCompressed: true,
        });
        await pushTo(`${server.host}/interop/crane:1.0`, image);
        await run('crane', ['validate', '--remote', `${server.host}/interop/crane:1.0`]);
        await run('crane', [
          'copy',
          `${server.host}/interop/crane:1.0`,
          `${server.host}/interop/copied:1.0`,
        ]);
        expect(await pullFrom(`${server.host}/interop/copied:1.0`)).toEqual(digests(image));
      },
    );

    test.runIf(requireTools('oras'))(
      'artifacts of oras are found, and oras finds those of reslim',
      async () => {
        const image = makeImage({ layers: [await makeLayer()] });
        const name = `${server.host}/interop/oras`;
        await pushTo(`${name}:1.0`, image);
        writeFileSync(join(folder, 'sbom.json'), '{"a":1}');
        await run(
          'oras',
          [
            'attach',
            '--plain-http',
            '--artifact-type',
            'application/x-sbom',
            `${name}:1.0`,
            'sbom.json:application/json',
          ],
          { cwd: folder },
        );
        const ours = makeArtifact(image.root, 'application/x-ours');
        await pushTo(`${name}@${ours.root.digest}`, ours);
        const source = await openRegistrySource(parseImageName(`${name}:1.0`), isolated());
        const found = await listReferrers(source.repository, image.root.digest, {
          limit: 1_000_000,
        });
        expect(new Set(found.map(({ artifactType }) => artifactType))).toEqual(
          new Set(['application/x-ours', 'application/x-sbom']),
        );
        const theirs = found.find(({ artifactType }) => artifactType === 'application/x-sbom');
        expect(await pullFrom(`${name}@${theirs?.digest}`)).toContain(
          digestOf(Buffer.from('{"a":1}')),
        );
        await source.close();
        const { stdout } = await run('oras', [
          'discover',
          '--plain-http',
          '--format',
          'json',
          `${name}:1.0`,
        ]);
        expect(stdout).toContain(ours.root.digest);
        await run('oras', [
          'pull',
          '--plain-http',
          '-o',
          join(folder, 'out'),
          `${name}@${theirs?.digest}`,
        ]);
        expect(readFileSync(join(folder, 'out/sbom.json'), 'utf8')).toBe('{"a":1}');
        // An artifact may be pushed by oras with any layer type.
        await run(
          'oras',
          [
            'push',
            '--plain-http',
            '--artifact-type',
            'application/x-any',
            `${name}-any:1.0`,
            'sbom.json:application/x-odd',
          ],
          { cwd: folder },
        );
        expect((await pullFrom(`${name}-any:1.0`)).size).toBe(3);
      },
    );

    test('a manifest that reslim pushed keeps its media type', async () => {
      await pushTo(`${server.host}/interop/type:1.0`, makeImage({ layers: [await makeLayer()] }));
      const answer = await fetch(`http://${server.host}/v2/interop/type/manifests/1.0`, {
        headers: { accept: OCI.manifest },
      });
      expect(answer.headers.get('content-type')).toBe(OCI.manifest);
      await answer.arrayBuffer();
    });
  });
});
