import { execFile, spawn } from 'node:child_process';
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { digestOf, hexOf } from '../../src/oci/digest.ts';
import { imagesOf } from '../../src/oci/image.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { verified } from '../../src/oci/verified.ts';
import { openSource } from '../../src/transport/open-source.ts';
import { openTarget } from '../../src/transport/open-target.ts';
import { readImage } from '../../src/transport/read-image.ts';
import {
  json,
  named,
  putAll,
  readAll,
  sampleImage,
  sampleIndex,
  tarOf,
  tempFolder,
  writeLayout,
  type SampleImage,
} from './support/sample-image.ts';
import { requireTools } from '../support/requires.ts';
import { run } from './support/tools.ts';

const open = async (text: string, options = {}) => {
  const source = await openSource(parseReference(text), options);
  onTestFinished(() => source.close());
  return source;
};

/** Opens, reads every document and every byte of every layer, verified; returns the diffIds. */
const readThrough = async (text: string, options = {}) => {
  const source = await open(text, options);
  const image = imagesOf(await readImage(source, options))[0];
  for (const layer of image?.document.value.layers ?? []) {
    const streamed = await readAll(verified(source.open(layer), layer));
    const range = await source.locate?.(layer);
    if (!range) continue;
    expect(
      (await readFile(range.path))
        .subarray(range.offset, range.offset + range.size)
        .equals(streamed),
    ).toBe(true);
  }
  return { source, diffIds: image?.config.value.diffIds };
};

const write = async (
  text: string,
  image: SampleImage,
  options: Parameters<typeof openTarget>[1] = {},
) => {
  const target = await openTarget(parseReference(text), options);
  try {
    await putAll(target, image);
    await target.commit(image.root);
  } finally {
    await target.close();
  }
};

const diffIdsOf = ({ blobs }: SampleImage) =>
  (
    JSON.parse(Buffer.from(blobs.at(-2)?.bytes ?? '').toString()) as {
      rootfs: { diff_ids: string[] };
    }
  ).rootfs.diff_ids;

type RawEntry = Partial<Header> & { readonly name: string; readonly body?: Uint8Array | string };

const rawTar = async (entries: readonly RawEntry[]): Promise<Buffer> => {
  const tar = pack();
  for (const { body, ...header } of entries)
    tar.entry({ mtime: new Date(0), ...header }, body as string);
  tar.finalize();
  return readAll(tar as AsyncIterable<Uint8Array>);
};

const blobEntries = (image: SampleImage): RawEntry[] =>
  image.blobs.map(({ descriptor, bytes }) => ({
    name: `blobs/sha256/${hexOf(descriptor.digest)}`,
    body: bytes,
  }));

const ociEntries = (image: SampleImage, entries: readonly object[] = [image.root]): RawEntry[] => [
  ...blobEntries(image),
  { name: 'index.json', body: json({ schemaVersion: 2, manifests: entries }) },
  { name: 'oci-layout', body: '{"imageLayoutVersion":"1.0.0"}' },
];

/** As `docker save` wrote it up to version 24. */
const oldDocker = async (words: readonly string[], repoTags: readonly string[] | null = null) => {
  const layers = await Promise.all(words.map((word) => tarOf({ [`${word}.txt`]: word })));
  const config = json({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: layers.map((tar) => digestOf(tar)) },
  });
  const configName = `${hexOf(digestOf(config))}.json`;
  const ids = layers.map((tar) => hexOf(digestOf(tar)));
  return {
    image: { Config: configName, RepoTags: repoTags, Layers: ids.map((id) => `${id}/layer.tar`) },
    entries: [
      { name: configName, body: config },
      ...layers.map((tar, at) => ({ name: `${ids[at]}/layer.tar`, body: tar })),
    ] as RawEntry[],
    diffIds: layers.map((tar) => digestOf(tar)),
  };
};

const saveTar = async (name: string, entries: readonly RawEntry[]) => {
  const path = join(await tempFolder(), name);
  await writeFile(path, await rawTar(entries));
  return path;
};

describe('reading an OCI archive', () => {
  it('reads in place, compressed, and from a pipe', async () => {
    const image = await sampleImage(['a', 'b']);
    const path = await saveTar('a.tar', ociEntries(image, [named(image, '1')]));
    await writeFile(`${path}.gz`, gzipSync(await readFile(path)));
    const bytes = gzipSync(await readFile(path));
    await writeFile(
      `${path}.members.gz`,
      Buffer.concat([
        bytes.subarray(0, 0),
        gzipSync((await readFile(path)).subarray(0, 1000)),
        gzipSync((await readFile(path)).subarray(1000)),
      ]),
    );
    await run('mkfifo', [`${path}.fifo`]);
    const feed = promisify(execFile)('sh', ['-c', `cat ${path}.gz > ${path}.fifo`]);
    for (const suffix of [':1', '', '.gz:1', '.members.gz', '.fifo']) {
      const { source, diffIds } = await readThrough(`oci-archive:${path}${suffix}`);
      expect(diffIds).toEqual(diffIdsOf(image));
      expect(source.root.digest).toBe(image.root.digest);
      expect(source).toMatchObject({ kind: 'oci-archive', names: [{ refName: '1' }] });
    }
    await feed;
    await expect(open(`oci-archive:${path}:2`)).rejects.toMatchObject({
      code: 'not-found',
      hint: 'it holds 1',
    });
    expect((await open(`oci-archive:${path}@${image.root.digest}`)).root.digest).toBe(
      image.root.digest,
    );
  });

  it.runIf(requireTools('zstd'))('reads one compressed with zstd', async () => {
    const image = await sampleImage(['a']);
    const path = await saveTar('a.tar', ociEntries(image));
    await run('zstd', ['-q', path, '-o', `${path}.zst`]);
    expect((await readThrough(`oci-archive:${path}.zst`)).diffIds).toEqual(diffIdsOf(image));
  });

  it('leaves nothing in the temp folder', async () => {
    const image = await sampleImage(['a']);
    const path = await saveTar('a.tar.gz', []);
    await writeFile(path, gzipSync(await rawTar(ociEntries(image))));
    const folder = await tempFolder();
    const before = process.env['TMPDIR'];
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    process.env['TMPDIR'] = folder;
    const source = await openSource(parseReference(`oci-archive:${path}`));
    const [temp, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(temp).toMatch(new RegExp(`^reslim-${process.pid}-`));
    expect((await stat(join(folder, temp ?? ''))).mode & 0o777).toBe(0o700);
    await source.close();
    await source.close();
    expect(await readdir(folder)).toEqual([]);
    await expect(openSource(parseReference('oci-archive:/dev/null'))).rejects.toMatchObject({
      code: 'invalid-image',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(requireTools('skopeo'))('reads what skopeo writes', async () => {
    const folder = await tempFolder();
    const image = await sampleImage(['a', 'b']);
    await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    await run('skopeo', [
      'copy',
      `oci:${folder}/l:1`,
      `oci-archive:${folder}/a.tar:docker.io/app:1`,
    ]);
    const { diffIds, source } = await readThrough(`oci-archive:${folder}/a.tar:docker.io/app:1`);
    expect(diffIds).toEqual(diffIdsOf(image));
    expect(source.root.digest).toBe(image.root.digest);
  });
});

describe('reading a docker-archive', () => {
  it('makes the same manifest each time', async () => {
    const { image, entries, diffIds } = await oldDocker(
      ['a', 'b'],
      ['app:1.0', 'ghcr.io/me/app:x'],
    );
    const path = await saveTar('d.tar', [
      ...entries,
      { name: 'manifest.json', body: json([image]) },
    ]);
    const roots = new Set<string>();
    for (const name of ['', ':app:1.0', ':docker.io/library/app:1.0', ':ghcr.io/me/app:x', ':@0']) {
      const { source, diffIds: found } = await readThrough(`docker-archive:${path}${name}`);
      expect(found).toEqual(diffIds);
      expect(source).toMatchObject({
        kind: 'docker-archive',
        names: [{ imageName: 'docker.io/library/app:1.0' }, { imageName: 'ghcr.io/me/app:x' }],
      });
      roots.add(source.root.digest);
    }
    expect(roots.size).toBe(1);
    for (const name of [':app', ':@1']) {
      await expect(open(`docker-archive:${path}${name}`)).rejects.toMatchObject({
        code: 'not-found',
        hint: 'it holds app:1.0',
      });
    }
  });

  it('chooses among several images, and needs a name for that', async () => {
    const [a, b] = [await oldDocker(['a'], ['a:latest']), await oldDocker(['b'], ['b:2'])];
    const path = await saveTar('d.tar', [
      ...a.entries,
      ...b.entries,
      { name: 'manifest.json', body: json([a.image, b.image]) },
    ]);
    expect((await readThrough(`docker-archive:${path}:a`)).diffIds).toEqual(a.diffIds);
    expect((await readThrough(`docker-archive:${path}:@1`)).diffIds).toEqual(b.diffIds);
    await expect(open(`docker-archive:${path}`)).rejects.toMatchObject({
      code: 'ambiguous',
      hint: 'it holds a:latest, b:2',
    });
    const bare = await openSource({ kind: 'archive', path, name: '2' });
    expect(bare.names).toEqual([{ imageName: 'docker.io/library/b:2' }]);
    await bare.close();
  });

  it('follows links inside the archive, and reads layers that are compressed', async () => {
    const { image, diffIds } = await oldDocker(['a', 'b']);
    const [a, b] = [await tarOf({ 'a.txt': 'a' }), await tarOf({ 'b.txt': 'b' })];
    const config = (await oldDocker(['a', 'b'])).entries[0] as RawEntry;
    const path = await saveTar('d.tar', [
      config,
      { name: './real/one.tar', body: a },
      { name: image.Layers[0] ?? '', type: 'symlink', linkname: '../real/one.tar' },
      { name: 'real/two.tar', body: gzipSync(b) },
      { name: image.Layers[1] ?? '', type: 'link', linkname: 'real/two.tar' },
      { name: 'manifest.json', body: json([image]) },
    ]);
    const { source, diffIds: found } = await readThrough(`docker-archive:${path}`);
    expect(found).toEqual(diffIds);
    const tree = await readImage(source);
    expect(imagesOf(tree)[0]?.document.value.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.oci.image.layer.v1.tar',
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ]);
  });

  it('reads Docker 25 archives by their OCI layout', async () => {
    const [a, b] = [await sampleImage(['a']), await sampleImage(['b'])];
    const element = ({ blobs }: SampleImage, tag: string) => ({
      Config: `blobs/sha256/${hexOf(blobs.at(-2)?.descriptor.digest ?? 'sha256:')}`,
      RepoTags: [tag],
      Layers: [`blobs/sha256/${hexOf(blobs[0]?.descriptor.digest ?? 'sha256:')}`],
    });
    const index = [
      named(a, '1.0', { 'io.containerd.image.name': 'docker.io/library/app:1.0' }),
      named(b, '1.0', { 'io.containerd.image.name': 'docker.io/library/web:1.0' }),
    ];
    const both = { root: a.root, blobs: [...a.blobs, ...b.blobs] };
    const path = await saveTar('d.tar', [
      ...ociEntries(both, index),
      { name: 'manifest.json', body: json([element(b, 'web:1.0'), element(a, 'app:1.0')]) },
    ]);
    for (const [name, image] of [
      ['app:1.0', a],
      ['web:1.0', b],
      ['@0', b],
      ['@1', a],
    ] as const) {
      const { source } = await readThrough(`docker-archive:${path}:${name}`);
      expect(source).toMatchObject({ kind: 'docker-archive', root: { digest: image.root.digest } });
    }
    await expect(open(`docker-archive:${path}`)).rejects.toMatchObject({ code: 'ambiguous' });
  });

  it('takes the one platform that is there where the index names more', async () => {
    const [amd, arm] = [await sampleImage(['a']), await sampleImage(['b'])];
    const index = sampleIndex([amd, arm]);
    const saved = {
      root: index.root,
      blobs: index.blobs.filter(
        ({ descriptor }) => !arm.blobs.some((one) => one.descriptor.digest === descriptor.digest),
      ),
    };
    const path = await saveTar('d.tar', [
      ...ociEntries(saved),
      { name: 'manifest.json', body: '[]' },
    ]);
    expect((await readThrough(`docker-archive:${path}`)).source.root.digest).toBe(amd.root.digest);
  });

  it.runIf(requireTools('skopeo', 'podman'))('reads what skopeo and podman write', async () => {
    const folder = await tempFolder();
    const image = await sampleImage(['podman-test-one', 'podman-test-two']);
    await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    await run('skopeo', ['copy', `oci:${folder}/l:1`, `docker-archive:${folder}/s.tar:app:1`]);
    expect((await readThrough(`docker-archive:${folder}/s.tar:app:1`)).diffIds).toEqual(
      diffIdsOf(image),
    );
    const store = [
      '--root',
      `${folder}/root`,
      '--runroot',
      `${folder}/run`,
      '--storage-driver',
      'vfs',
    ];
    await run('podman', [...store, 'pull', '-q', `docker-archive:${folder}/s.tar`]);
    for (const format of ['docker-archive', 'oci-archive']) {
      await run('podman', [
        ...store,
        'save',
        '-q',
        '--format',
        format,
        '-o',
        `${folder}/${format}.tar`,
        'docker.io/library/app:1',
      ]);
      const { source, diffIds } = await readThrough(`${format}:${folder}/${format}.tar`);
      expect(diffIds).toEqual(diffIdsOf(image));
      expect(JSON.stringify(source.names)).toContain('docker.io/library/app:1');
    }
  });
});

describe('hostile archives', () => {
  const opening = async (entries: readonly RawEntry[], kind = 'oci-archive') =>
    readThrough(`${kind}:${await saveTar('h.tar', entries)}`);

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
    const secret = join(await tempFolder(), 'layer.tar');
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

  const old = async (
    change: (parts: Awaited<ReturnType<typeof oldDocker>>) => readonly RawEntry[],
  ) => change(await oldDocker(['a']));
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
      await expect(opened, name).rejects.toMatchObject({ code: 'invalid-image' });
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

describe('writing archives', () => {
  it('writes the same bytes each time, whatever the order of the blobs', async () => {
    const folder = await tempFolder();
    const image = await sampleImage(['a', 'b']);
    await write(`oci-archive:${folder}/1.tar:v1`, image);
    await write(`oci-archive:${folder}/2.tar:v1`, { ...image, blobs: image.blobs.toReversed() });
    expect(await readFile(`${folder}/1.tar`)).toEqual(await readFile(`${folder}/2.tar`));
    expect((await run('tar', ['--utc', '-tvf', `${folder}/1.tar`])).split('\n')[0]).toMatch(
      /^drwxr-xr-x 0\/0 +0 1970-01-01 00:00 blobs\/$/,
    );
    const { source } = await readThrough(`oci-archive:${folder}/1.tar:v1`);
    expect(source.root.digest).toBe(image.root.digest);
    expect(await readdir(folder)).toEqual(['1.tar', '2.tar']);
  });

  it('carries the names of the source', async () => {
    const folder = await tempFolder();
    const { image: element, entries } = await oldDocker(['a'], ['app:1.0', 'app:2.0']);
    const path = await saveTar('d.tar', [
      ...entries,
      { name: 'manifest.json', body: json([element]) },
    ]);
    const image = await sampleImage(['x']);
    const source = await open(`docker-archive:${path}`);
    await write(`docker-archive:${folder}/out.tar`, image, { source });
    const manifest = JSON.parse(
      await run('tar', ['-xOf', `${folder}/out.tar`, 'manifest.json']),
    ) as { RepoTags: string[] }[];
    expect(manifest[0]?.RepoTags).toEqual([
      'docker.io/library/app:1.0',
      'docker.io/library/app:2.0',
    ]);
    expect((await open(`docker-archive:${folder}/out.tar:app:2.0`)).root.digest).toBe(
      image.root.digest,
    );
    const bare = await openTarget({ kind: 'archive', path: `${folder}/bare.tar` }, { source });
    await putAll(bare, image);
    await bare.commit(image.root);
    await bare.close();
    expect(await readFile(`${folder}/bare.tar`)).toEqual(await readFile(`${folder}/out.tar`));
  });

  it('keeps the old file until the end, its mode after it, and a link in its place', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'real.tar'), 'old', { mode: 0o600 });
    await symlink('real.tar', join(folder, 'link.tar'));
    const image = await sampleImage(['a']);
    const target = await openTarget(parseReference(`oci-archive:${folder}/link.tar`));
    await putAll(target, image);
    await target.close();
    expect(await readFile(join(folder, 'real.tar'), 'utf8')).toBe('old');
    await write(`oci-archive:${folder}/link.tar`, image);
    expect((await lstat(join(folder, 'link.tar'))).isSymbolicLink()).toBe(true);
    expect((await stat(join(folder, 'real.tar'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['link.tar', 'real.tar']);
  });

  it('refuses what it cannot write', async () => {
    const folder = await tempFolder();
    const index = sampleIndex([await sampleImage(['a']), await sampleImage(['b'])]);
    await expect(write(`docker-archive:${folder}/x.tar`, index)).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('--platform'),
    });
    await expect(write(`oci-archive:${folder}`, index)).rejects.toMatchObject({ code: 'usage' });
    await expect(write(`oci-archive:${folder}/no/x.tar`, index)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await readdir(folder)).toEqual([]);
    await write(`oci-archive:${folder}/x.tar`, index);
    await write('oci-archive:/dev/null', index);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('writes to standard output, and not to a terminal', async () => {
    const folder = await tempFolder();
    const child = fileURLToPath(new URL('support/write-child.js', import.meta.url));
    const words = [process.execPath, child, 'oci-archive:-:1', 'word', '3'];
    await run('sh', ['-c', `${words.join(' ')} > ${folder}/out.tar`]);
    expect((await readThrough(`oci-archive:${folder}/out.tar:1`)).diffIds).toHaveLength(3);
    const terminal = spawn(
      'script',
      ['-qec', `${process.execPath} ${child} oci-archive:- word 3`, '/dev/null'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said = await readAll(terminal.stdout);
    expect(said.toString()).toContain('standard output is a terminal');
  });

  it.runIf(requireTools('root', 'mount'))('leaves the old file when the disk is full', async () => {
    const folder = await tempFolder();
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]);
    onTestFinished(async () => void (await run('umount', [folder])));
    await writeFile(join(folder, 'x.tar'), 'old');
    const image = await sampleImage(Array.from({ length: 60 }, (_, at) => `layer-${at}`));
    await expect(write(`oci-archive:${folder}/x.tar`, image)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('no space left'),
    });
    expect(await readdir(folder)).toEqual(['x.tar']);
    expect(await readFile(join(folder, 'x.tar'), 'utf8')).toBe('old');
  });

  it.runIf(requireTools('skopeo', 'podman', 'umoci'))(
    'writes what skopeo, umoci and podman read',
    async () => {
      const folder = await tempFolder();
      const image = await sampleImage(['written-one', 'written-two']);
      await write(`docker-archive:${folder}/d.tar:app:1`, image);
      await write(`oci-archive:${folder}/o.tar:1`, image);
      await run('skopeo', ['copy', `docker-archive:${folder}/d.tar:app:1`, `dir:${folder}/d`]);
      await run('skopeo', ['copy', `oci-archive:${folder}/o.tar:1`, `oci:${folder}/copy:1`]);
      await run('umoci', [
        'unpack',
        '--rootless',
        '--image',
        `${folder}/copy:1`,
        `${folder}/bundle`,
      ]);
      expect(await readFile(join(folder, 'bundle/rootfs/written-two.txt'), 'utf8')).toMatch(
        /^written-two/,
      );
      const store = [
        '--root',
        `${folder}/root`,
        '--runroot',
        `${folder}/run`,
        '--storage-driver',
        'vfs',
      ];
      await mkdir(`${folder}/c`);
      await copyFile(`${folder}/d.tar`, `${folder}/c/d.tar`);
      expect(await run('podman', [...store, 'load', '-i', `${folder}/d.tar`])).toContain(
        'docker.io/library/app:1',
      );
      expect(await run('podman', [...store, 'load', '-i', `${folder}/o.tar`])).toMatch(
        /Loaded image/,
      );
    },
  );
});
