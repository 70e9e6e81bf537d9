import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hexOf } from '../../../src/oci/digest.ts';
import { imagesOf } from '../../../src/oci/image.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { openSource } from '../../../src/transport/open-source.ts';
import { readImage } from '../../../src/transport/read-image.ts';
import {
  json,
  named,
  sampleImage,
  sampleIndex,
  tarOf,
  writeLayout,
  type SampleImage,
} from '../support/sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { requireTools } from '../../support/requires.ts';
import { run } from '../../support/run.ts';
import {
  open,
  readThrough,
  diffIdsOf,
  type RawEntry,
  rawTar,
  ociEntries,
  oldDocker,
  saveTar,
} from '../support/archives.ts';

const element = ({ blobs }: SampleImage, tag: string) => ({
  Config: `blobs/sha256/${hexOf(blobs.at(-2)?.descriptor.digest ?? 'sha256:')}`,
  RepoTags: [tag],
  Layers: [`blobs/sha256/${hexOf(blobs[0]?.descriptor.digest ?? 'sha256:')}`],
});

describe('reading an OCI archive', () => {
  it('reads it in place, compressed, and from a pipe', async () => {
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

  it.runIf(requireTools('zstd'))('reads it compressed with zstd', async () => {
    const image = await sampleImage(['a']);
    const path = await saveTar('a.tar', ociEntries(image));
    await run('zstd', ['-q', path, '-o', `${path}.zst`]);
    expect((await readThrough(`oci-archive:${path}.zst`)).diffIds).toEqual(diffIdsOf(image));
  });

  it('leaves nothing in the temp folder', async () => {
    const image = await sampleImage(['a']);
    const path = await saveTar('a.tar.gz', []);
    await writeFile(path, gzipSync(await rawTar(ociEntries(image))));
    const folder = tempFolder();
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
    const folder = tempFolder();
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

  it.each([
    ['null', { schemaVersion: 2, manifests: null }],
    ['an empty list', { schemaVersion: 2, manifests: [] }],
    ['nothing', {}],
  ])('reads manifest.json where index.json names %s', async (_, index) => {
    const { image, entries, diffIds } = await oldDocker(['a', 'b'], ['app:1.0']);
    const path = await saveTar('a.tar', [
      ...entries,
      { name: 'oci-layout', body: '{"imageLayoutVersion":"1.0.0"}' },
      { name: 'index.json', body: json(index) },
      { name: 'manifest.json', body: json([image]) },
    ]);
    for (const name of [`docker-archive:${path}`, `docker-archive:${path}:app:1.0`]) {
      const { source, diffIds: found } = await readThrough(name);
      expect(found).toEqual(diffIds);
      expect(source.kind).toBe('docker-archive');
      expect(source.names).toEqual([{ imageName: 'docker.io/library/app:1.0' }]);
    }
    const bare = await openSource({ kind: 'archive', path });
    onTestFinished(() => bare.close());
    expect(bare.kind).toBe('docker-archive');
    await expect(open(`oci-archive:${path}`)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has no image where both files name none', async () => {
    const path = await saveTar('a.tar', [
      { name: 'index.json', body: json({ schemaVersion: 2, manifests: null }) },
      { name: 'manifest.json', body: '[]' },
    ]);
    await expect(open(`docker-archive:${path}`)).rejects.toMatchObject({ code: 'not-found' });
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
    const folder = tempFolder();
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
