import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hexOf } from '../../../src/oci/digest.ts';
import { imagesOf } from '../../../src/oci/image.ts';
import { parsePlatform } from '../../../src/oci/platform.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { openSource } from '../../../src/transport/open-source.ts';
import { readImage } from '../../../src/transport/read-image.ts';
import {
  blobOf,
  json,
  named,
  sampleImage,
  sampleIndex,
  writeLayout,
  type SampleImage,
} from '../support/sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { requireTools } from '../../support/requires.ts';
import { run } from '../../support/run.ts';

const open = (text: string) => openSource(parseReference(text));
const blobFile = (layout: string, { digest }: SampleImage['root']) =>
  join(layout, 'blobs/sha256', hexOf(digest));

describe('choosing an image of a layout', () => {
  it('finds tags, full names and digests', async () => {
    const [a, b, c] = [
      await sampleImage(['a']),
      await sampleImage(['b']),
      await sampleImage(['c']),
    ];
    const path = await writeLayout(
      join(tempFolder(), 'l'),
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
      join(tempFolder(), 'l'),
      [image],
      [named(image, 'x'), named(image, 'y')],
    );
    const source = await open(`oci:${path}`);
    expect(source.names.map(({ refName }) => refName)).toEqual(['x', 'y']);
  });

  it('opens a manifest inside an index by its digest', async () => {
    const inner = await sampleImage(['a']);
    const path = await writeLayout(join(tempFolder(), 'l'), [sampleIndex([inner])]);
    const root = sampleIndex([inner]).root;
    await writeFile(join(path, 'index.json'), json({ schemaVersion: 2, manifests: [root] }));
    expect((await open(`oci:${path}@${inner.root.digest}`)).root).toEqual(inner.root);
  });

  it('lists a bounded number of names on one line', async () => {
    const images = await Promise.all(
      Array.from({ length: 15 }, (_, at) => sampleImage([`w${at}`])),
    );
    const path = await writeLayout(
      join(tempFolder(), 'l'),
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
    const path = await writeLayout(join(tempFolder(), 'l'), [arm, amd], entries);
    const tree = await readImage(await open(`oci:${path}`));
    expect(imagesOf(tree).map(({ platform }) => platform.architecture)).toEqual(['arm64', 'amd64']);
  });
});

const v = (variant: string) =>
  sampleImage([variant], { platform: { os: 'linux', architecture: 'arm', variant } });

describe('reading an image of a layout', () => {
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
      join(tempFolder(), 'l'),
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
    const path = await writeLayout(join(tempFolder(), 'l'), [index], [index.root]);
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

describe('reading the layouts of other tools', () => {
  it.runIf(requireTools('umoci'))('reads what umoci writes', async () => {
    const path = join(tempFolder(), 'l');
    await run('umoci', ['init', '--layout', path]);
    await run('umoci', ['new', '--image', `${path}:empty`]);
    const tree = await readImage(await open(`oci:${path}:empty`));
    expect(tree).toMatchObject({ kind: 'image', config: { value: { diffIds: [] } } });
  });

  it.runIf(requireTools('skopeo'))('reads what skopeo writes, in both families', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a', 'b']);
    await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    await run('skopeo', ['copy', `oci:${folder}/l:1`, `oci:${folder}/copy:other:9`]);
    await run('skopeo', ['copy', `oci:${folder}/l:1`, `oci:${folder}/copy:docker.io/app:1.0`]);
    expect((await open(`oci:${folder}/copy:docker.io/app:1.0`)).root.digest).toMatch(/^sha256:/);
    const tree = await readImage(await open(`oci:${folder}/copy`));
    expect(imagesOf(tree)[0]?.document.value.layers).toHaveLength(2);
  });
});
