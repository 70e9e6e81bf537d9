import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { hexOf } from '../../src/oci/digest.ts';
import { imagesOf } from '../../src/oci/image.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { verified } from '../../src/oci/verified.ts';
import { openSource } from '../../src/transport/open-source.ts';
import { readImage } from '../../src/transport/read-image.ts';
import {
  blobOf,
  json,
  named,
  readAll,
  sampleImage,
  sampleIndex,
  tempFolder,
  writeLayout,
  type SampleImage,
} from './support/sample-image.ts';
import { requireTools } from '../support/requires.ts';
import { run } from './support/tools.ts';

const open = (text: string) => openSource(parseReference(text));
const blobFile = (layout: string, { digest }: SampleImage['root']) =>
  join(layout, 'blobs/sha256', hexOf(digest));

describe('which image', () => {
  it('finds tags, full names and digests', async () => {
    const [a, b, c] = [
      await sampleImage(['a']),
      await sampleImage(['b']),
      await sampleImage(['c']),
    ];
    const path = await writeLayout(
      join(await tempFolder(), 'l'),
      [a, b, c],
      [
        named(a, '1.0'),
        named(b, 'docker.io/library/app:2.0'),
        named(c, '3.0', { 'io.containerd.image.name': 'ghcr.io/me/tool:3.0' }),
      ],
    );
    const roots = async (...names: string[]) =>
      Promise.all(names.map(async (name) => (await open(`oci:${path}${name}`)).root.digest));
    expect(await roots(':1.0', `@${a.root.digest}`)).toEqual([a.root.digest, a.root.digest]);
    expect(await roots(':docker.io/library/app:2.0', ':docker.io/app:2.0', ':2.0')).toEqual(
      Array(3).fill(b.root.digest),
    );
    expect(await roots(':3.0', ':ghcr.io/me/tool:3.0')).toEqual(Array(2).fill(c.root.digest));
    await expect(open(`oci:${path}`)).rejects.toMatchObject({
      code: 'ambiguous',
      hint: 'it holds 1.0, docker.io/library/app:2.0, 3.0',
    });
    await expect(open(`oci:${path}:9`)).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('it holds 1.0'),
    });
    await expect(open(`oci:${path}@sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('needs no name for the only image, however many names it has', async () => {
    const image = await sampleImage(['a']);
    const path = await writeLayout(
      join(await tempFolder(), 'l'),
      [image],
      [named(image, 'x'), named(image, 'y')],
    );
    const source = await open(`oci:${path}`);
    expect(source.names.map(({ refName }) => refName)).toEqual(['x', 'y']);
  });

  it('opens a manifest inside an index by its digest', async () => {
    const inner = await sampleImage(['a']);
    const path = await writeLayout(join(await tempFolder(), 'l'), [sampleIndex([inner])]);
    const root = sampleIndex([inner]).root;
    await writeFile(join(path, 'index.json'), json({ schemaVersion: 2, manifests: [root] }));
    expect((await open(`oci:${path}@${inner.root.digest}`)).root).toEqual(inner.root);
  });

  it('lists a bounded number of names on one line', async () => {
    const images = await Promise.all(
      Array.from({ length: 15 }, (_, at) => sampleImage([`w${at}`])),
    );
    const path = await writeLayout(
      join(await tempFolder(), 'l'),
      images,
      images.map((image, at) => named(image, `v${at}\n\u001b[31m`)),
    );
    const error: unknown = await open(`oci:${path}`).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'ambiguous',
      hint: expect.stringMatching(/^it holds v0 \[31m, .* and 5 more$/),
    });
  });

  it('takes a list of platforms in index.json for one image', async () => {
    const arm = await sampleImage(['a'], { platform: { os: 'linux', architecture: 'arm64' } });
    const amd = await sampleImage(['a']);
    const entries = [
      { ...arm.root, platform: { os: 'linux', architecture: 'arm64' } },
      { ...amd.root, platform: { os: 'linux', architecture: 'amd64' } },
    ];
    const path = await writeLayout(join(await tempFolder(), 'l'), [arm, amd], entries);
    const tree = await readImage(await open(`oci:${path}`));
    expect(imagesOf(tree).map(({ platform }) => platform.architecture)).toEqual(['arm64', 'amd64']);
  });
});

describe('readImage', () => {
  it('reads nested indexes, and carries attestations and artifacts as something else', async () => {
    const image = await sampleImage(['a', 'b']);
    const attestation = await sampleImage(['c']);
    const artifact = blobOf(
      {
        schemaVersion: 2,
        config: blobOf('{}', 'application/vnd.oci.empty.v1+json').descriptor,
        layers: [],
      },
      'application/vnd.oci.image.manifest.v1+json',
    );
    const notes = {
      ...attestation,
      root: {
        ...attestation.root,
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': image.root.digest,
        },
      },
    };
    const wasm = { root: { ...blobOf('?', 'application/wasm').descriptor }, blobs: [] };
    const inner = sampleIndex([
      image,
      notes,
      { root: artifact.descriptor, blobs: [artifact] },
      wasm,
    ]);
    const path = await writeLayout(
      join(await tempFolder(), 'l'),
      [sampleIndex([inner])],
      [sampleIndex([inner]).root],
    );
    const tree = await readImage(await open(`oci:${path}`));
    expect(tree).toMatchObject({
      kind: 'index',
      children: [
        {
          kind: 'index',
          children: [
            { kind: 'image', platform: { os: 'linux', architecture: 'amd64' } },
            { kind: 'other', role: 'attestation', subject: image.root.digest, blobs: [{}, {}] },
            {
              kind: 'other',
              role: 'artifact',
              blobs: [{ mediaType: 'application/vnd.oci.empty.v1+json' }],
            },
            { kind: 'other', role: 'unknown', blobs: [] },
          ],
        },
      ],
    });
  });

  it('picks a platform, and needs no blobs of the others', async () => {
    const v = (variant: string) =>
      sampleImage([variant], { platform: { os: 'linux', architecture: 'arm', variant } });
    const [six, seven, amd] = [await v('v6'), await v('v7'), await sampleImage(['x'])];
    const tagged = [six, seven, amd].map((image, at) => ({
      ...image,
      root: {
        ...image.root,
        platform: [
          { os: 'linux', architecture: 'arm', variant: 'v6' },
          { os: 'linux', architecture: 'arm', variant: 'v7' },
          { os: 'linux', architecture: 'amd64' },
        ][at],
      },
    })) as SampleImage[];
    const index = sampleIndex(tagged);
    const path = await writeLayout(join(await tempFolder(), 'l'), [index], [index.root]);
    await rm(blobFile(path, amd.root));
    const pick = async (text: string) =>
      readImage(await open(`oci:${path}`), { platform: parsePlatform(text) });
    expect(await pick('linux/arm/v6')).toMatchObject({
      kind: 'image',
      platform: { variant: 'v6' },
    });
    expect(await pick('linux/arm')).toMatchObject({ kind: 'image', platform: { variant: 'v7' } });
    await expect(pick('linux/s390x')).rejects.toMatchObject({
      code: 'not-found',
      hint: 'it has linux/arm/v6, linux/arm/v7, linux/amd64',
    });
    await expect(pick('linux/amd64')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('blob'),
    });
  });
});

describe('hostile layouts', () => {
  const damaged = async (spoil: (path: string, image: SampleImage) => Promise<unknown>) => {
    const image = await sampleImage(['a']);
    const path = await writeLayout(join(await tempFolder(), 'l'), [image]);
    await spoil(path, image);
    return open(`oci:${path}`).then(async (source) => {
      const tree = await readImage(source);
      for (const { document } of imagesOf(tree)) {
        for (const layer of document.value.layers)
          await readAll(verified(source.open(layer), layer));
      }
    });
  };
  const manifestWith =
    (members: object, mediaType = 'application/vnd.oci.image.manifest.v1+json') =>
    async (path: string, image: SampleImage) => {
      const original = JSON.parse(
        Buffer.from(image.blobs.at(-1)?.bytes ?? '').toString(),
      ) as object;
      const manifest = blobOf({ ...original, ...members }, mediaType);
      await writeFile(blobFile(path, manifest.descriptor), manifest.bytes);
      await writeFile(
        join(path, 'index.json'),
        json({ schemaVersion: 2, manifests: [manifest.descriptor] }),
      );
    };
  const digests = (digest: string) => async (path: string, image: SampleImage) =>
    writeFile(
      join(path, 'index.json'),
      json({ schemaVersion: 2, manifests: [{ ...image.root, digest }] }),
    );
  const outside = async (content: Uint8Array) => {
    const path = join(await mkdtemp(join(tmpdir(), 'test-transport-')), 'file');
    await writeFile(path, content);
    return path;
  };

  const cases: Record<
    string,
    readonly [string, (path: string, image: SampleImage) => Promise<unknown>]
  > = {
    'a digest that is a path': ['invalid-image', digests('sha256:../../../etc/passwd')],
    'a digest in upper case': ['invalid-image', digests(`sha256:${'AB'.repeat(32)}`)],
    'an unknown algorithm': ['invalid-image', digests(`md5:${'ab'.repeat(16)}`)],
    'a missing manifest': ['not-found', digests(`sha256:${'ab'.repeat(32)}`)],
    'no oci-layout': ['not-found', (path) => rm(join(path, 'oci-layout'))],
    'another version': [
      'unsupported',
      (path) => writeFile(join(path, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}'),
    ],
    'no index.json': ['not-found', (path) => rm(join(path, 'index.json'))],
    'index.json that is no JSON': [
      'invalid-image',
      (path) => writeFile(join(path, 'index.json'), '{'),
    ],
    'index.json that is a list': [
      'invalid-image',
      (path) => writeFile(join(path, 'index.json'), '[]'),
    ],
    'index.json of a terabyte': ['limit', (path) => truncate(join(path, 'index.json'), 2 ** 40)],
    'index.json nested deep': [
      'limit',
      (path) => writeFile(join(path, 'index.json'), '['.repeat(1e6)),
    ],
    'a link as index.json': [
      'invalid-image',
      async (path) => {
        await rename(join(path, 'index.json'), join(path, 'other'));
        await symlink('other', join(path, 'index.json'));
      },
    ],
    'a FIFO as index.json': [
      'invalid-image',
      async (path) => {
        await rm(join(path, 'index.json'));
        execFileSync('mkfifo', [join(path, 'index.json')]);
      },
    ],
    'a link as a blob': [
      'invalid-image',
      async (path, { root, blobs }) => {
        await rm(blobFile(path, root));
        await symlink(await outside(blobs.at(-1)?.bytes ?? Buffer.of()), blobFile(path, root));
      },
    ],
    'a FIFO as a layer': [
      'invalid-image',
      async (path, { blobs }) => {
        const layer = blobs[0]?.descriptor as SampleImage['root'];
        await rm(blobFile(path, layer));
        execFileSync('mkfifo', [blobFile(path, layer)]);
      },
    ],
    'a folder as a blob': [
      'invalid-image',
      async (path, { root }) => {
        await rm(blobFile(path, root));
        await mkdir(blobFile(path, root));
      },
    ],
    'a blob folder outside': [
      'invalid-image',
      async (path) => {
        await rename(join(path, 'blobs'), `${path}-blobs`);
        await symlink(`${path}-blobs`, join(path, 'blobs'));
      },
    ],
    'changed bytes': [
      'mismatch',
      (path, { root, blobs }) =>
        writeFile(blobFile(path, root), Buffer.from(blobs.at(-1)?.bytes ?? '').reverse()),
    ],
    'more bytes': ['mismatch', (path, { root }) => truncate(blobFile(path, root), root.size + 1)],
    'fewer bytes': ['mismatch', (path, { root }) => truncate(blobFile(path, root), root.size - 1)],
    'a missing layer': [
      'not-found',
      (path, { blobs }) => rm(blobFile(path, blobs[0]?.descriptor as SampleImage['root'])),
    ],
    'a missing config': [
      'not-found',
      (path, { blobs }) => rm(blobFile(path, blobs[1]?.descriptor as SampleImage['root'])),
    ],
    'fewer layers than diffIds': ['invalid-image', manifestWith({ layers: [] })],
    'a manifest that is an index, too': ['invalid-image', manifestWith({ manifests: [] })],
    'a manifest of schema 1': ['unsupported', manifestWith({ schemaVersion: 1, fsLayers: [] })],
    'a media type of schema 1': [
      'unsupported',
      manifestWith({}, 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
    ],
    'an encrypted layer': [
      'unsupported',
      manifestWith({
        layers: [
          { ...blobOf('x', 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted').descriptor },
        ],
      }),
    ],
    'a negative size': [
      'invalid-image',
      manifestWith({ layers: [{ ...blobOf('x', 'x').descriptor, size: -1 }] }),
    ],
    'thousands of layers': [
      'limit',
      manifestWith({
        layers: Array.from(
          { length: 1001 },
          () => blobOf('x', 'application/vnd.oci.image.layer.v1.tar').descriptor,
        ),
      }),
    ],
    'indexes in indexes without end': [
      'limit',
      async (path, image) => {
        let nested: SampleImage = image;
        for (let depth = 0; depth < 10; depth++) nested = sampleIndex([nested]);
        await writeLayout(path, [nested], [nested.root]);
      },
    ],
    'a manifest a thousand times': [
      'limit',
      async (path, image) => {
        const ten = sampleIndex(Array.from({ length: 40 }, () => image));
        const hundreds = sampleIndex(Array.from({ length: 40 }, () => ten));
        await writeLayout(
          path,
          [
            {
              ...hundreds,
              blobs: [...image.blobs, ...ten.blobs.slice(-1), ...hundreds.blobs.slice(-1)],
            },
          ],
          [hundreds.root],
        );
      },
    ],
  };

  it.each(Object.keys(cases))('refuses %s', async (name) => {
    const [code, spoil] = cases[name] as (typeof cases)[string];
    const error: unknown = await damaged(spoil).then(
      () => 'read without an error',
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(/^[^\n]{5,250}$/);
  });

  it('bounds what documents cost together', async () => {
    const limits = { ...DEFAULT_LIMITS, documentSize: 8192 };
    const image = await sampleImage(['a']);
    const index = sampleIndex(Array.from({ length: 200 }, () => image).slice(0, 30), {
      pad: 'x'.repeat(100),
    });
    const path = await writeLayout(
      join(await tempFolder(), 'l'),
      [index, sampleIndex([index, index, index, index])],
      [sampleIndex(Array.from({ length: 20 }, () => index)).root],
    );
    await writeLayout(path, [sampleIndex(Array.from({ length: 20 }, () => index))]);
    const source = await openSource(parseReference(`oci:${path}`), { limits });
    await expect(readImage(source, { limits })).rejects.toMatchObject({ code: 'limit' });
  });

  it('stops when it is aborted', async () => {
    const image = await sampleImage(['a']);
    const source = await open(`oci:${await writeLayout(join(await tempFolder(), 'l'), [image])}`);
    await expect(readImage(source, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

describe('layouts of other tools', () => {
  it.runIf(requireTools('umoci'))('reads what umoci writes', async () => {
    const path = join(await tempFolder(), 'l');
    await run('umoci', ['init', '--layout', path]);
    await run('umoci', ['new', '--image', `${path}:empty`]);
    const tree = await readImage(await open(`oci:${path}:empty`));
    expect(tree).toMatchObject({ kind: 'image', config: { value: { diffIds: [] } } });
  });

  it.runIf(requireTools('skopeo'))('reads what skopeo writes, in both families', async () => {
    const folder = await tempFolder();
    const image = await sampleImage(['a', 'b']);
    await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    await run('skopeo', ['copy', `oci:${folder}/l:1`, `oci:${folder}/copy:other:9`]);
    await run('skopeo', ['copy', `oci:${folder}/l:1`, `oci:${folder}/copy:docker.io/app:1.0`]);
    expect((await open(`oci:${folder}/copy:docker.io/app:1.0`)).root.digest).toMatch(/^sha256:/);
    const tree = await readImage(await open(`oci:${folder}/copy`));
    expect(imagesOf(tree)[0]?.document.value.layers).toHaveLength(2);
  });
});
