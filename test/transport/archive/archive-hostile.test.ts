import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/base/limits.ts';
import { json, sampleImage, tarOf } from '../support/sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import {
  open,
  readThrough,
  type RawEntry,
  rawTar,
  blobEntries,
  ociEntries,
  oldDocker,
  saveTar,
} from '../support/archives.ts';

const opening = async (entries: readonly RawEntry[], kind = 'oci-archive') =>
  readThrough(`${kind}:${await saveTar('h.tar', entries)}`);

const old = async (change: (parts: Awaited<ReturnType<typeof oldDocker>>) => readonly RawEntry[]) =>
  change(await oldDocker(['a']));

describe('reading a hostile archive', () => {
  it('takes no name that climbs or begins at the root', async () => {
    const image = await sampleImage(['a']);
    const good = ociEntries(image);
    for (const spoil of [
      (name: string) => `/${name}`,
      (name: string) => `../${name}`,
      (name: string) => `x/../${name}`,
    ]) {
      await expect(
        opening(good.map((entry) => ({ ...entry, name: spoil(entry.name) }))),
      ).rejects.toMatchObject({ code: 'invalid-image' });
    }
    await opening(good.map((entry) => ({ ...entry, name: `./${entry.name}` })));
  });

  it('takes no document that is there twice', async () => {
    const image = await sampleImage(['a']);
    const other = await sampleImage(['b']);
    const twice = [...ociEntries(image), ...ociEntries(other)];
    await expect(opening(twice)).rejects.toMatchObject({
      code: 'invalid-image',
      message: expect.stringContaining('twice'),
    });
    await opening([...blobEntries(image), ...ociEntries(image)]);
  });

  it('resolves links in the archive only', async () => {
    const { image, entries } = await oldDocker(['a']);
    const secret = join(tempFolder(), 'layer.tar');
    await writeFile(secret, await tarOf({ 'a.txt': 'a' }));
    const [config, layer] = entries as [RawEntry, RawEntry];
    const manifest = { name: 'manifest.json', body: json([image]) };
    for (const link of [
      { type: 'symlink' as const, linkname: secret },
      { type: 'symlink' as const, linkname: `../../../../../../../../..${secret}` },
      { type: 'link' as const, linkname: secret },
      { type: 'symlink' as const, linkname: 'layer.tar' },
    ]) {
      await expect(
        opening([config, { name: layer.name, ...link }, manifest], 'docker-archive'),
      ).rejects.toMatchObject({ code: 'not-found' });
    }
    const climbing = { ...image, Layers: ['../../etc/passwd'] };
    await expect(
      opening([config, layer, { name: 'manifest.json', body: json([climbing]) }], 'docker-archive'),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  const cases: Record<string, readonly [string, string, () => Promise<readonly RawEntry[]>]> = {
    'no image at all': [
      'oci-archive',
      'invalid-image',
      async () => [{ name: 'etc/passwd', body: 'root' }],
    ],
    'a docker archive before 1.10': [
      'docker-archive',
      'unsupported',
      async () => [{ name: 'repositories', body: '{}' }],
    ],
    'the other kind': [
      'docker-archive',
      'invalid-image',
      async () => ociEntries(await sampleImage(['a'])),
    ],
    'manifest.json that is an object': [
      'docker-archive',
      'invalid-image',
      () => old(({ entries }) => [...entries, { name: 'manifest.json', body: '{}' }]),
    ],
    'manifest.json nested deep': [
      'docker-archive',
      'limit',
      () => old(({ entries }) => [...entries, { name: 'manifest.json', body: '['.repeat(1e5) }]),
    ],
    'a huge manifest.json': [
      'docker-archive',
      'limit',
      () =>
        old(({ entries }) => [
          ...entries,
          { name: 'manifest.json', body: Buffer.alloc(5 << 20, ' ') },
        ]),
    ],
    'a missing layer': [
      'docker-archive',
      'not-found',
      () =>
        old(({ entries, image }) => [
          entries[0] as RawEntry,
          { name: 'manifest.json', body: json([image]) },
        ]),
    ],
    'a missing config': [
      'docker-archive',
      'not-found',
      () =>
        old(({ entries, image }) => [
          ...entries.slice(1),
          { name: 'manifest.json', body: json([image]) },
        ]),
    ],
    'more layers than diffIds': [
      'docker-archive',
      'invalid-image',
      () =>
        old(({ entries, image }) => [
          ...entries,
          {
            name: 'manifest.json',
            body: json([{ ...image, Layers: [...image.Layers, ...image.Layers] }]),
          },
        ]),
    ],
    'a layer that is not its diffId': [
      'docker-archive',
      'mismatch',
      () =>
        old(({ entries, image }) => [
          entries[0] as RawEntry,
          { name: image.Layers[0] ?? '', body: Buffer.alloc(10) },
          { name: 'manifest.json', body: json([image]) },
        ]),
    ],
    'a digest that is a path': [
      'oci-archive',
      'invalid-image',
      async () =>
        ociEntries(await sampleImage(['a']), [
          { ...(await sampleImage(['a'])).root, digest: 'sha256:../../x' },
        ]),
    ],
  };

  it.each(Object.keys(cases))('refuses %s', async (name) => {
    const [kind, code, entries] = cases[name] as (typeof cases)[string];
    const error: unknown = await opening(await entries(), kind).then(
      () => 'read without an error',
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(/^[^\n]{5,250}$/);
  });

  it('refuses damaged tars and gzips', async () => {
    const path = await saveTar('h.tar', ociEntries(await sampleImage(['a'])));
    const bytes = await readFile(path);
    const spoilt: Record<string, Uint8Array> = {
      truncated: bytes.subarray(0, 700),
      checksum: Buffer.concat([
        bytes.subarray(0, 1024),
        Buffer.alloc(512, 'x'),
        bytes.subarray(1536),
      ]),
      text: Buffer.from('no archive'),
      empty: Buffer.of(),
      zeros: Buffer.alloc(10240),
      'cut.gz': gzipSync(bytes).subarray(0, 300),
      'bad.gz': Buffer.concat([gzipSync(bytes).subarray(0, 300), Buffer.alloc(300, 7)]),
      'trailing.gz': Buffer.concat([gzipSync(bytes), Buffer.from('trailing')]),
    };
    for (const [name, content] of Object.entries(spoilt)) {
      await writeFile(path, content);
      const opened = readThrough(`oci-archive:${path}`);
      const error: unknown = await opened.catch((reason: unknown) => reason);
      expect({ name, error }).toMatchObject({ name, error: { code: 'invalid-image' } });
    }
  });

  it('bounds what a compressed archive may become', async () => {
    const path = await saveTar('bomb.tar.gz', []);
    const image = ociEntries(await sampleImage(['a']));
    await writeFile(
      path,
      gzipSync(await rawTar([{ name: 'zeros', body: Buffer.alloc(3 << 20) }, ...image])),
    );
    const limits = { ...DEFAULT_LIMITS, layerSize: 1 << 20 };
    await expect(open(`oci-archive:${path}`, { limits })).rejects.toMatchObject({ code: 'limit' });
    await expect(
      open(`oci-archive:${path}`, { limits: { ...DEFAULT_LIMITS, entryCount: 2 } }),
    ).rejects.toMatchObject({ code: 'limit' });
    await expect(
      open(`oci-archive:${path}`, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'aborted' });
  });

  it('reads a file with holes of a terabyte as what it is', async () => {
    const path = await saveTar('sparse.tar', []);
    await truncate(path, 2 ** 40);
    const signal = AbortSignal.timeout(500);
    await expect(open(`oci-archive:${path}`, { signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
