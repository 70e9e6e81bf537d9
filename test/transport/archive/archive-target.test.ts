import { execFile, spawn } from 'node:child_process';
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseReference } from '../../../src/oci/reference.ts';
import { openTarget } from '../../../src/transport/open-target.ts';
import { json, putAll, readAll, sampleImage, sampleIndex } from '../support/sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { requireTools, skipWithout } from '../../support/requires.ts';
import { run } from '../../support/run.ts';
import { open, readThrough, write, oldDocker, saveTar } from '../support/archives.ts';

describe('writing archives', () => {
  it('writes the same bytes each time, whatever the order of the blobs', async () => {
    const folder = tempFolder();
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
    const folder = tempFolder();
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
    const folder = tempFolder();
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
    const folder = tempFolder();
    const index = sampleIndex([await sampleImage(['a']), await sampleImage(['b'])]);
    await expect(write(`docker-archive:${folder}/x.tar`, index)).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('--platform'),
    });
    await expect(write(`docker-archive:${folder}/x.tar:@0`, index)).rejects.toMatchObject({
      code: 'usage',
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
    const folder = tempFolder();
    const child = fileURLToPath(new URL('../support/write-child.js', import.meta.url));
    const words = [process.execPath, child, 'oci-archive:-:1', 'word', '3'];
    await run('sh', ['-c', `${words.join(' ')} > ${folder}/out.tar`]);
    expect((await readThrough(`oci-archive:${folder}/out.tar:1`)).diffIds).toHaveLength(3);
    skipWithout('script');
    const terminal = spawn(
      'script',
      ['-qec', `${process.execPath} ${child} oci-archive:- word 3`, '/dev/null'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said = await readAll(terminal.stdout);
    expect(said.toString()).toContain('standard output is a terminal');
  });

  it('can be killed before any change to the disk', async () => {
    const folder = tempFolder();
    const temp = tempFolder();
    const path = join(folder, 'x.tar');
    const image = await sampleImage(['old']);
    await write(`oci-archive:${path}`, image);
    const before = await readFile(path);
    const child = fileURLToPath(new URL('../support/write-child.js', import.meta.url));
    const killer = new URL('../support/kill-at.js', import.meta.url).href;
    const step = Number(process.env['RESLIM_KILL_STEP'] ?? 5);
    const start = (at: number) =>
      promisify(execFile)(
        process.execPath,
        ['--import', killer, child, `oci-archive:${path}`, 'w', '3'],
        {
          env: { ...process.env, TMPDIR: temp, KILL_AT: `${at}` },
        },
      ).then(
        () => 'done',
        ({ signal }: { readonly signal?: string }) => signal,
      );
    expect(await start(Number.MAX_SAFE_INTEGER)).toBe('done');
    const complete = await readFile(path);
    let ended: string | undefined = 'SIGKILL';
    let kills = 0;
    for (let at = 1; ended === 'SIGKILL'; at += step, kills++) {
      await writeFile(path, before);
      ended = await start(at);
      const after = await readFile(path);
      expect(after.equals(before) || after.equals(complete)).toBe(true);
    }
    expect(ended).toBe('done');
    expect(kills * step).toBeGreaterThan(20);
    expect(await readdir(folder)).toEqual(['x.tar']);
    expect(await readdir(temp)).toEqual([]);
  });

  it.runIf(requireTools('root', 'mount'))('leaves the old file when the disk is full', async () => {
    const folder = tempFolder();
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
      const folder = tempFolder();
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
