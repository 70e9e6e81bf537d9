import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openLyingLayout } from '../../fixtures/hostile/lying-layout.ts';
import { APP, tinyTar } from '../../fixtures/hostile/tiny-tar.ts';
import { outcomeOf, startReslim, tryReslim, type Outcome } from '../support/try-reslim.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openLineProcess, type LineProcess } from './line-process.ts';
import { errorLine, pictureOf } from './run-hostile.ts';

/** The machine says no: full disks, places that cannot be written, images that go away. */

const root = tempFolder();
const source = join(root, 'source');
let checker: LineProcess;

beforeAll(async () => {
  const layout = await openLyingLayout(source);
  const data = tinyTar(
    { name: 'usr/', flag: '5' },
    { name: 'usr/data', body: randomBytes(3_000_000) },
  );
  await layout.image({ layers: [APP, data, tinyTar({ name: 'etc/.wh.hosts' })] });
  checker = openLineProcess('python3', ['-B', join(import.meta.dirname, 'check-layouts.py')]);
});

afterAll(() => checker.close());

const tagsOf = async (layout: string): Promise<string[]> => {
  const { tags, problem } = JSON.parse(await checker.ask(`${layout}\tstrict`)) as {
    tags?: Record<string, string>;
    problem?: string;
  };
  if (!tags) throw new Error(problem);
  return Object.keys(tags);
};

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0;

/** A file system of its own in a new folder; `undefined` where the machine does not let us. */
const smallDisk = (size: string): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'reslim-disk-'));
  onTestFinished(() => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder) ? folder : undefined;
};

const canMount = (): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'reslim-disk-'));
  const works = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
  if (works) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  if (!works) process.stderr.write('SKIPPED TESTS, this machine does not let us mount a tmpfs\n');
  if (!works && process.env['RESLIM_REQUIRE_ALL'] === '1') throw new Error('cannot mount a tmpfs');
  return works;
};

const slimTo = (target: string, env: Record<string, string> = {}): Promise<Outcome> =>
  tryReslim([`oci:${source}:x`, '-o', `oci:${target}:x`], { cwd: root, env });

const newTemp = (): string => mkdtempSync(join(root, 'temp-'));

describe.runIf(requireTools('root', 'python3') && canMount())('a disk of its own', () => {
  // Full at any place: from the first bytes to the last.
  for (const size of [8, 64, 512, 1500, 2500, 2900, 2920]) {
    test(`of ${size} KB that is full under the target changes nothing`, async () => {
      const disk = smallDisk(`${size}k`) as string;
      const target = join(disk, 'layout');
      const temp = newTemp();
      const before = size < 64 ? undefined : await pictureOf(await oldLayout(target));
      const outcome = await slimTo(target, { TMPDIR: temp });
      expect(errorLine(outcome)).toMatch(/^error: no space left/);
      if (before) expect(await pictureOf(target)).toEqual(before);
      else expect(readdirSync(disk)).toEqual([]);
      expect(readdirSync(temp)).toEqual([]);
    });
  }

  test('that is full under the temp files is named, and the target stays as it was', async () => {
    const temp = smallDisk('1m') as string;
    const target = join(root, 'full-temp');
    const before = await pictureOf(await oldLayout(target));
    const outcome = await slimTo(target, { TMPDIR: temp });
    expect(errorLine(outcome)).toMatch(/^error: no space left/);
    expect(outcome.stderr).toContain('hint: free some space, or set TMPDIR to a larger place\n');
    expect(readdirSync(temp)).toEqual([]);
    expect(await pictureOf(target)).toEqual(before);
  });

  test('that has no room for the layers is refused before one is read', async () => {
    const temp = smallDisk('1m') as string;
    const broken = join(root, 'broken');
    execFileSync('cp', ['-r', source, broken]);
    const blobs = join(broken, 'blobs/sha256');
    for (const name of readdirSync(blobs)) {
      const bytes = readFileSync(join(blobs, name));
      if (bytes.length < 1_000_000) continue;
      bytes.fill(0, 1000, 2000);
      writeFileSync(join(blobs, name), bytes);
    }
    const slim = (env: Record<string, string>): Promise<Outcome> =>
      tryReslim([`oci:${broken}:x`, '-o', join(root, 'no-room')], { cwd: root, env });
    const refused = await slim({ TMPDIR: temp });
    expect(errorLine(refused)).toMatch(
      /^error: no space left: decompressed layers take 3 MB or more, 1 MB are free, \//,
    );
    expect(refused.stderr).toContain('hint: free some space, or set TMPDIR to a larger place\n');
    expect(readdirSync(temp)).toEqual([]);
    // Read, it would have failed for another reason.
    expect(errorLine(await slim({ TMPDIR: newTemp() }))).toMatch(/^error: bytes have digest/);
  });

  test('that is read-only under the target is named', async () => {
    const disk = smallDisk('8m') as string;
    const target = await oldLayout(join(disk, 'layout'));
    const before = await pictureOf(target);
    expect(mount('-o', 'remount,ro', disk)).toBe(true);
    const temp = newTemp();
    expect(errorLine(await slimTo(target, { TMPDIR: temp }))).toMatch(
      /^error: the file system is read-only/,
    );
    expect(errorLine(await slimTo(join(disk, 'new'), { TMPDIR: temp }))).toMatch(
      /^error: the file system is read-only/,
    );
    expect(errorLine(await slimTo(join(root, 'unused'), { TMPDIR: disk }))).toMatch(
      /^error: the file system is read-only/,
    );
    expect(await pictureOf(target)).toEqual(before);
    expect(readdirSync(temp)).toEqual([]);
  });

  test('that is read-only under the source does no harm', async () => {
    const disk = smallDisk('8m') as string;
    execFileSync('cp', ['-r', source, join(disk, 'source')]);
    expect(mount('-o', 'remount,ro', disk)).toBe(true);
    const target = join(root, 'from-read-only');
    const outcome = await tryReslim([`oci:${disk}/source:x`, '-o', `oci:${target}:x`], {
      cwd: root,
    });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(await tagsOf(target)).toEqual(['x']);
  });
});

const oldLayout = async (path: string): Promise<string> => {
  await (await openLyingLayout(path)).image({ layers: [APP] });
  return path;
};

test('a source that disappears during a run never damages the target', async () => {
  for (let delay = 0; delay < 1200; delay += 100) {
    const doomed = join(root, `doomed-${delay}`);
    execFileSync('cp', ['-r', source, doomed]);
    const target = await oldLayout(join(root, `target-${delay}`));
    const before = await pictureOf(target);
    const temp = newTemp();
    const child = startReslim([`oci:${doomed}:x`, '-o', `oci:${target}:x`], {
      cwd: root,
      env: { TMPDIR: temp },
    });
    const timer = setTimeout(() => rmSync(doomed, { recursive: true }), delay);
    const outcome = await outcomeOf(child);
    clearTimeout(timer);
    if (outcome.status === 0) expect(JSON.parse(await checker.ask(target))).toHaveProperty('tags');
    else {
      expect(errorLine(outcome)).toMatch(/no such (file|blob)|neither/);
      expect(await pictureOf(target)).toEqual(before);
    }
    expect(readdirSync(temp)).toEqual([]);
  }
}, 120_000);

test('a temp folder that does not exist is named in the error', async () => {
  const outcome = await slimTo(join(root, 'no-temp'), { TMPDIR: join(root, 'nowhere') });
  expect(errorLine(outcome)).toMatch(/^error: no such file or folder, .*nowhere/);
});

test('a target that is a file, or lies below one, is named in the error', async () => {
  execFileSync('touch', [join(root, 'file')]);
  for (const target of ['file', 'file/below']) {
    const { status, stderr } = await slimTo(join(root, target));
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: a file is where [^\n]+\nhint: [^\n]+\n$/);
  }
});

test('temp files are readable by their owner only', async () => {
  const temp = newTemp();
  const child = startReslim([`oci:${source}:x`, '-o', `oci:${join(root, 'private')}:x`], {
    cwd: root,
    env: { TMPDIR: temp },
  });
  const modes = new Set<string>();
  const timer = setInterval(() => {
    const listed = spawnSync('find', [temp, '-mindepth', '1', '-printf', '%y%m\n'], {
      encoding: 'utf8',
    }).stdout;
    for (const mode of listed.split('\n').filter(Boolean)) modes.add(mode);
  }, 5);
  expect((await outcomeOf(child)).status).toBe(0);
  clearInterval(timer);
  expect([...modes].filter((mode) => mode.startsWith('d'))).toEqual(['d700']);
  expect(readdirSync(temp)).toEqual([]);
});

test('several runs on one layout at once all succeed', async () => {
  const target = join(root, 'busy');
  const temp = newTemp();
  mkdirSync(target);
  const tags = ['a', 'b', 'a', 'c', 'a'];
  const outcomes = await Promise.all(
    tags.map((tag) =>
      tryReslim([`oci:${source}:x`, '-o', `oci:${target}:${tag}`], {
        cwd: root,
        env: { TMPDIR: temp },
      }),
    ),
  );
  for (const { status, stderr } of outcomes)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect((await tagsOf(target)).sort()).toEqual(['a', 'b', 'c']);
  expect(readdirSync(temp)).toEqual([]);
}, 120_000);
