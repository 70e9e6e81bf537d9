import { lstat, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hexOf } from '../../../src/oci/digest.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { openLayoutTarget } from '../../../src/transport/layout/layout-target.ts';
import { STAGING_PREFIX } from '../../../src/transport/layout/sweep-layout.ts';
import { createPrivateFolder } from '../../../src/transport/private-folder.ts';
import { openSource } from '../../../src/transport/open-source.ts';
import { openTarget } from '../../../src/transport/open-target.ts';
import { DEFAULT_LIMITS } from '../../../src/base/limits.ts';
import {
  named,
  once,
  putAll,
  sampleImage,
  writeLayout,
  type SampleImage,
} from '../support/sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { requireTools } from '../../support/requires.ts';
import { run } from '../../support/run.ts';

const CHECK = fileURLToPath(new URL('../support/check-layout.py', import.meta.url));
const check = (path: string, ...flags: string[]) => run('python3', [CHECK, path, ...flags]);

const write = async (text: string, image: SampleImage, { commit = true } = {}) => {
  const target = await openTarget(parseReference(text));
  try {
    await putAll(target, image);
    if (commit) await target.commit(image.root);
  } finally {
    await target.close();
  }
};

/** Everything below a folder: names, types, modes and bytes. */
const snapshot = async (path: string): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const name of (await readdir(path, { recursive: true })).toSorted()) {
    const info = await lstat(join(path, name));
    found[name] = info.isFile()
      ? `${info.mode} ${(await readFile(join(path, name))).toString('base64')}`
      : `${info.mode}`;
  }
  return found;
};

const index = async (path: string) =>
  JSON.parse(await readFile(join(path, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations?: Record<string, string> }[];
  };

describe('writing a layout', () => {
  it.runIf(requireTools('skopeo', 'umoci'))('makes one that skopeo and umoci read', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a', 'b']);
    await write(`oci:${folder}/new:1.0`, image);
    expect(await check(`${folder}/new`, '--strict')).toBe('');
    await run('skopeo', ['copy', `oci:${folder}/new:1.0`, `dir:${folder}/dir`]);
    expect(await readFile(join(folder, 'dir/manifest.json'))).toEqual(image.blobs.at(-1)?.bytes);
    await run('umoci', [
      'unpack',
      '--rootless',
      '--image',
      `${folder}/new:1.0`,
      `${folder}/bundle`,
    ]);
    expect(await readFile(join(folder, 'bundle/rootfs/b.txt'), 'utf8')).toBe('b'.repeat(100));
    expect(await readdir(folder)).toEqual(['bundle', 'dir', 'new']);
  });

  it('keeps other tags and foreign members byte for byte, and replaces a tag in place', async () => {
    const folder = tempFolder();
    const [a, b, c] = [
      await sampleImage(['a']),
      await sampleImage(['b']),
      await sampleImage(['c']),
    ];
    const path = await writeLayout(join(folder, 'l'), [a, b]);
    const text = (first: object) =>
      `{ "x": [1e400, 1.0],\n  "manifests": [ ${JSON.stringify(first)},\n   ${JSON.stringify(named(b, 'keep'))} ],"schemaVersion": 2}\n`;
    await writeFile(join(path, 'index.json'), text(named(a, 'here')));
    await write(`oci:${path}:here`, c);
    const entry = { ...c.root, annotations: { 'org.opencontainers.image.ref.name': 'here' } };
    expect(await readFile(join(path, 'index.json'), 'utf8')).toBe(text(entry));
    await write(`oci:${path}:new`, a);
    expect(
      (await index(path)).manifests.map(({ annotations }) => Object.values(annotations ?? {})),
    ).toEqual([['here'], ['keep'], ['new']]);
    expect(await check(path)).toBe('');
  });

  it('copes with an index that spells things oddly', async () => {
    const folder = tempFolder();
    const [a, b] = [await sampleImage(['a']), await sampleImage(['b'])];
    for (const text of [
      '{"schemaVersion":2}',
      '{"schemaVersion":2,"manifests":null}',
      '{"schemaVersion":2,"manifests":[ ]}',
      `{"schemaVersion":2,"manif\\u0065sts":[${JSON.stringify(named(a, '1'))}]}`,
    ]) {
      const path = await writeLayout(join(folder, 'l'), [a, b]);
      await writeFile(join(path, 'index.json'), text);
      await write(`oci:${path}:1`, b);
      expect((await index(path)).manifests.map(({ digest }) => digest)).toEqual([b.root.digest]);
    }
  });

  it('leaves an index alone that can be read in two ways', async () => {
    const path = await writeLayout(join(tempFolder(), 'l'), [await sampleImage(['a'])]);
    const text = '{"manifests":[],"schemaVersion":2,"manifests":[]}';
    await writeFile(join(path, 'index.json'), text);
    await expect(write(`oci:${path}:1`, await sampleImage(['b']))).rejects.toMatchObject({
      code: 'invalid-image',
    });
    expect(await readFile(join(path, 'index.json'), 'utf8')).toBe(text);
  });

  it('fills a folder that another run has begun to fill', async () => {
    const path = join(tempFolder(), 'l');
    await mkdir(join(path, 'blobs/sha256'), { recursive: true });
    const other = await createPrivateFolder(path, STAGING_PREFIX);
    const image = await sampleImage(['a']);
    await write(`oci:${path}:1`, image);
    await other.close();
    expect((await index(path)).manifests).toMatchObject([{ digest: image.root.digest }]);
  });

  it('does not pile up nameless entries', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    for (const _ of [1, 2]) await write(`oci:${folder}/l`, image);
    expect((await index(`${folder}/l`)).manifests).toHaveLength(1);
  });

  it('takes the names over from the source', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    await writeLayout(
      join(folder, 'from'),
      [image],
      [
        named(image, '1'),
        named(image, '2', { 'io.containerd.image.name': 'docker.io/library/x:2' }),
      ],
    );
    const source = await openSource(parseReference(`oci:${folder}/from`));
    const target = await openTarget(parseReference(`oci:${folder}/to`), { source });
    await putAll(target, image);
    await target.commit(image.root);
    await target.close();
    expect((await index(`${folder}/to`)).manifests).toEqual(
      (await index(`${folder}/from`)).manifests,
    );
  });

  it('reuses intact blobs and replaces damaged ones', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a', 'b']);
    const path = await writeLayout(join(folder, 'l'), [image]);
    const [first, second] = image.blobs.map(({ descriptor }) =>
      join(path, 'blobs/sha256', hexOf(descriptor.digest)),
    ) as [string, string];
    const before = await stat(first);
    const bytes = await readFile(second);
    await writeFile(second, Buffer.from(bytes).reverse());
    await write(`oci:${path}:1`, image);
    expect((await stat(first)).ino).toBe(before.ino);
    expect(await readFile(second)).toEqual(bytes);
    expect(await check(path, '--strict')).toBe('');
  });

  it('shows nothing before the commit, and is private until then', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    const path = await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    const before = await snapshot(path);
    const other = await sampleImage(['z']);
    const target = await openTarget(parseReference(`oci:${path}:2`));
    await putAll(target, other);
    const staging = (await readdir(path)).find((name) => name.startsWith('.reslim-'));
    expect((await stat(join(path, staging ?? ''))).mode & 0o777).toBe(0o700);
    await target.close();
    await target.close();
    expect(await snapshot(path)).toEqual(before);
  });

  it('fills an empty folder', async () => {
    const folder = tempFolder();
    const { ino } = await stat(folder);
    await write(`oci:${folder}:1`, await sampleImage(['a']), { commit: false });
    expect(await readdir(folder)).toEqual([]);
    await write(`oci:${folder}:1`, await sampleImage(['a']));
    expect(await check(folder, '--strict')).toBe('');
    expect((await stat(folder)).ino).toBe(ino);
  });
});

describe('a layout that cannot be written', () => {
  it('is refused when the folder holds something else', async () => {
    const folder = tempFolder();
    await writeFile(join(folder, 'thesis.txt'), 'x');
    const before = await snapshot(folder);
    await expect(openTarget(parseReference(`oci:${folder}`))).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(openTarget(parseReference(`oci:${folder}/thesis.txt`))).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(openTarget(parseReference(`oci:${folder}/no/such`))).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(
      openTarget(parseReference(`oci:${folder}@sha256:${'0'.repeat(64)}`)),
    ).rejects.toMatchObject({ code: 'usage' });
    expect(await snapshot(folder)).toEqual(before);
  });

  it('refuses bytes that are not the expected ones, and stays usable', async () => {
    const folder = tempFolder();
    const { blobs, root } = await sampleImage(['a']);
    const target = await openTarget(parseReference(`oci:${folder}/l`));
    const [blob] = blobs;
    for (const bytes of [
      Buffer.from('short'),
      Buffer.alloc(100_000),
      Buffer.alloc(blob?.bytes.length ?? 0),
    ]) {
      const put = target.put(once(bytes), { mediaType: 'x', expected: blob?.descriptor });
      await expect(put).rejects.toMatchObject({ code: 'mismatch' });
    }
    await expect(target.commit(root)).rejects.toMatchObject({ code: 'not-found' });
    await target.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is noticed when a reused blob disappears', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a', 'b']);
    const other = await sampleImage(['a', 'c']);
    const path = await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    const target = await openTarget(parseReference(`oci:${path}:2`));
    await putAll(target, other);
    await rm(join(path, 'blobs/sha256', hexOf(image.blobs[0]?.descriptor.digest ?? 'sha256:')));
    const before = await snapshot(join(path, 'blobs'));
    await expect(target.commit(other.root)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('removed meanwhile'),
    });
    await target.close();
    expect(await snapshot(join(path, 'blobs'))).toEqual(before);
  });

  it('stays as it was when the index cannot be written', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    const path = await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    const target = await openTarget(parseReference(`oci:${path}:2`));
    await putAll(target, await sampleImage(['z']));
    await truncate(join(path, 'index.json'), 7);
    const before = await snapshot(path);
    await expect(target.commit((await sampleImage(['z'])).root)).rejects.toMatchObject({
      code: 'invalid-image',
    });
    await target.close();
    expect(Object.keys(before).some((name) => name.startsWith('.reslim'))).toBe(true);
    const kept = Object.entries(before).filter(([name]) => !name.startsWith('.reslim'));
    expect(await snapshot(path)).toEqual(Object.fromEntries(kept));
  });

  it('is reported with who holds its lock', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    const path = await writeLayout(join(folder, 'l'), [image]);
    const holder = await openTarget(parseReference(`oci:${path}:1`));
    const staging = (await readdir(path)).find((name) => name.startsWith('.reslim-'));
    const lock = await readFile(join(path, staging ?? '', 'owner'));
    await writeFile(join(path, '.reslim.lock'), lock);
    const options = { limits: DEFAULT_LIMITS, names: [], lockTimeout: 100 };
    const target = await openLayoutTarget({ kind: 'oci', path, tag: '2' }, options);
    await putAll(target, image);
    await expect(target.commit(image.root)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining(`process ${process.pid} `),
    });
    await target.close();
    await holder.close();
    expect(await readFile(join(path, '.reslim.lock'))).toEqual(lock);
  });

  it.runIf(requireTools('root', 'mount'))('stays as it was when the disk is full', async () => {
    const folder = tempFolder();
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
    onTestFinished(async () => void (await run('umount', [folder])));
    const image = await sampleImage(['a']);
    const path = await writeLayout(join(folder, 'l'), [image], [named(image, '1')]);
    const before = await snapshot(folder);
    const target = await openTarget(parseReference(`oci:${path}:2`));
    const big = target.put(once(Buffer.alloc(2 << 20)), { mediaType: 'x' });
    await expect(big).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('no space left'),
    });
    await target.close();
    expect(await snapshot(folder)).toEqual(before);
  });
});
