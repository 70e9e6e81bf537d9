import { spawn } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseReference } from '../../../src/oci/reference.ts';
import { openTarget } from '../../../src/transport/open-target.ts';
import {
  json,
  named,
  putAll,
  sampleImage,
  writeLayout,
  type SampleImage,
} from '../support/sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { run } from '../../support/run.ts';

const CHILD = fileURLToPath(new URL('../support/write-child.js', import.meta.url));
const KILL_AT = new URL('../support/kill-at.js', import.meta.url).href;
const CHECK = fileURLToPath(new URL('../support/check-layout.py', import.meta.url));
const check = (path: string, ...flags: string[]) => run('python3', [CHECK, path, ...flags]);

const write = async (text: string, image: SampleImage, { commit = true, inPlace = false } = {}) => {
  const target = await openTarget(parseReference(text), { inPlace });
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

const start = (flags: readonly string[], env: Record<string, string>, ...args: string[]) => {
  const child = spawn(process.execPath, [...flags, CHILD, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  return { child, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) };
};
const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('several runs on one layout', () => {
  it('all succeed, whether it is new or old', async () => {
    const folder = tempFolder();
    for (const tags of [
      ['a', 'b', 'c', 'd'],
      ['e', 'f', 'g', 'a'],
    ]) {
      const runs = tags.map((tag) => start([], {}, `oci:${folder}/l:${tag}`, tag, '20'));
      expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    }
    expect(await check(`${folder}/l`, '--strict')).toBe('');
    const names = (await index(`${folder}/l`)).manifests.map(
      ({ annotations }) => Object.values(annotations ?? {})[0],
    );
    expect(new Set(names)).toEqual(new Set(['a', 'b', 'c', 'd', 'e', 'f', 'g']));
    expect(await readdir(folder)).toEqual(['l']);
  });

  it.each(['layout', 'empty folder', 'nothing'])(
    'can be killed before any change to the disk, starting from a %s',
    async (begin) => {
      const folder = tempFolder();
      const path = join(folder, 'l');
      const old = await sampleImage(['old']);
      let wasKilled = true;
      let kills = 0;
      // RESLIM_KILL_STEP=1 tries every single one.
      const step = Number(process.env['RESLIM_KILL_STEP'] ?? 5);
      for (let at = 1; wasKilled; at += step) {
        await rm(path, { recursive: true, force: true });
        if (begin === 'layout') await writeLayout(path, [old], [named(old, 'old')]);
        if (begin === 'empty folder') await mkdir(path);
        const doomed = start(
          ['--import', KILL_AT],
          { KILL_AT: `${at}` },
          `oci:${path}:new`,
          'w',
          '4',
        );
        wasKilled = (await doomed.ended) !== 0;
        kills += Number(wasKilled);
        expect(doomed.child.signalCode).toBe(wasKilled ? 'SIGKILL' : null);
        if (begin === 'layout' || (await isThere(join(path, 'oci-layout')))) {
          expect(await check(path)).toBe('');
        }
        await write(`oci:${path}:again`, old);
        expect(await check(path, '--strict')).toBe('');
        expect(await readdir(folder)).toEqual(['l']);
        const names = (await index(path)).manifests.map(
          ({ annotations }) => Object.values(annotations ?? {})[0],
        );
        expect(names.filter((name) => name !== 'new')).toEqual(
          begin === 'layout' ? ['old', 'again'] : ['again'],
        );
      }
      expect(kills * step).toBeGreaterThan(25);
    },
    600_000,
  );

  it('can be killed while they replace an image: nothing that is used goes, nothing else stays', async () => {
    const folder = tempFolder();
    const path = join(folder, 'l');
    const madeFrom = { 'dev.reslim.source.digest': 'x', 'dev.reslim.recipe': 'reslim' };
    const old = await sampleImage(['old', 'shared'], { annotations: madeFrom });
    const kept = await sampleImage(['shared']);
    const step = Number(process.env['RESLIM_KILL_STEP'] ?? 5);
    let wasKilled = true;
    for (let at = 1; wasKilled; at += step) {
      await rm(path, { recursive: true, force: true });
      await writeLayout(path, [old, kept], [named(old, 'app'), named(kept, 'kept')]);
      const env = { KILL_AT: `${at}` };
      wasKilled =
        (await start(['--import', KILL_AT], env, `oci:${path}:app`, 'w', '3').ended) !== 0;
      expect(await check(path)).toBe('');
      await write(`oci:${path}:again`, kept);
      expect(await check(path, '--strict')).toBe('');
    }
    const { manifests } = await index(path);
    expect(manifests.map(({ digest }) => digest)).not.toContain(old.root.digest);
  }, 600_000);

  it('remove what an image had to itself when reslim made it, or when it is replaced in place', async () => {
    const madeFrom = { 'dev.reslim.source.digest': 'x', 'dev.reslim.recipe': 'reslim' };
    const next = await sampleImage(['next']);
    for (const [annotations, inPlace, goes] of [
      [madeFrom, false, true],
      [undefined, false, false],
      [undefined, true, true],
    ] as const) {
      const old = await sampleImage(['old', 'shared'], { annotations });
      const kept = await sampleImage(['shared']);
      const path = join(tempFolder(), 'l');
      await writeLayout(path, [old, kept], [named(old, 'app'), named(kept, 'kept')]);
      await write(`oci:${path}:app`, next, { inPlace });
      const orphans = (await check(path, '--strict')).split('\n').filter(Boolean);
      // A layer, the config and the manifest.
      expect(orphans).toHaveLength(goes ? 0 : 3);
      // Under a second name it stays.
      await writeLayout(`${path}2`, [old], [named(old, 'app'), named(old, 'too')]);
      await write(`oci:${path}2:app`, next, { inPlace });
      expect(await check(`${path}2`, '--strict')).toBe('');
    }
  });

  it('sweep only blobs that no image uses', async () => {
    const folder = tempFolder();
    const [image, lost] = [await sampleImage(['a']), await sampleImage(['lost'])];
    const path = await writeLayout(join(folder, 'l'), [image, lost], [named(image, '1')]);
    const staging = join(path, '.reslim-4194303-abcdef');
    await mkdir(staging);
    await writeFile(
      join(staging, 'journal'),
      [...image.blobs, ...lost.blobs].map(({ descriptor }) => `${descriptor.digest}\n`).join(''),
    );
    const foreign = join(path, '.reslim-notes');
    await mkdir(foreign);
    await write(`oci:${path}:2`, image);
    expect(await check(path, '--strict')).toBe('litter .reslim-notes');
  });

  it('remove the lock of a run that was killed', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    const path = await writeLayout(join(folder, 'l'), [image]);
    const holder = await openTarget(parseReference(`oci:${path}`));
    const staging = (await readdir(path)).find((name) => name.startsWith('.reslim-'));
    const owner = JSON.parse(await readFile(join(path, staging ?? '', 'owner'), 'utf8')) as object;
    await holder.close();
    for (const dead of [
      { ...owner, pid: 4194303 },
      { ...owner, started: '1' },
    ]) {
      await writeFile(join(path, '.reslim.lock'), json(dead));
      await write(`oci:${path}:2`, image);
      expect((await readdir(path)).filter((name) => name.startsWith('.'))).toEqual([]);
    }
  });

  it('honour the umask', async () => {
    const folder = tempFolder();
    const old = process.umask(0o022);
    onTestFinished(() => void process.umask(old));
    await write(`oci:${folder}/l:1`, await sampleImage(['a']));
    const modes = Object.values(await snapshot(`${folder}/l`)).map((text) =>
      (Number.parseInt(text, 10) & 0o777).toString(8),
    );
    expect(new Set(modes)).toEqual(new Set(['755', '644']));
    await chmod(folder, 0o755);
  });
});
