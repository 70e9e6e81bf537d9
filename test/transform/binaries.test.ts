import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildBinaries, COMPILERS, type Binaries } from '../../fixtures/binaries/build.js';
import { readElf } from '../../src/elf/read-elf.ts';
import { buildIdOf } from '../../src/elf/notes.ts';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { hasSection, isForDebuggers } from '../../src/elf/describe-elf.ts';
import type { Elf } from '../../src/elf/elf.ts';
import { layerTar, type TestEntry } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { shrinkTars, type ShrinkTarsOptions } from './shrink-tars.ts';

// Compilers and packers on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const folder = tempFolder();
const PROGRAMS = ['go', 'rust', 'cpp', 'cppStatic'] as const;

const tarOf = (files: Readonly<Record<string, string>>): Promise<Buffer> =>
  layerTar(
    Object.entries(files).map(([name, path]): TestEntry => ({
      name,
      mode: 0o755,
      body: readFileSync(path),
    })),
  );

/** Unpacks a layer as a runtime does, and answers where. */
const unpack = (tar: Buffer): string => {
  const out = mkdtempSync(join(folder, 'out-'));
  writeFileSync(join(out, 'layer.tar'), tar);
  execFileSync('tar', ['-xpf', 'layer.tar'], { cwd: out });
  return out;
};

const shrink = async (
  files: Readonly<Record<string, string>>,
  options: Omit<ShrinkTarsOptions, 'folder'>,
) => {
  const shrunk = await shrinkTars([await tarOf(files)], { ...options, folder });
  return { ...shrunk, root: unpack(shrunk.tars[0] as Buffer) };
};

const outputOf = (path: string): string =>
  execFileSync(path, ['one', 'two', 'three'], { encoding: 'utf8' });

const elfOf = async (path: string): Promise<Elf> =>
  (await readElf(bufferSource(readFileSync(path)))) as Elf;

/** What Go knows of a binary: version, modules, settings. */
const version = (path: string): string =>
  execFileSync('go', ['version', '-m', path], { encoding: 'utf8' }).replaceAll(path, '');

describe.runIf(requireTools(...COMPILERS, 'strip', 'objcopy'))('--strip', () => {
  let binaries: Binaries;
  beforeAll(() => {
    binaries = buildBinaries();
  }, 300_000);
  const programs = (): Record<string, string> =>
    Object.fromEntries(PROGRAMS.map((name) => [name, binaries[name]]));

  test('makes Go, Rust and C++ programs smaller that print the same', async () => {
    const { root, changes, refusals, notes } = await shrink(programs(), { strip: true });
    expect(changes.map(({ path, by }) => [path, by])).toEqual([
      ['cpp', 'strip'],
      ['cppStatic', 'strip'],
      ['go', 'strip'],
      ['rust', 'strip'],
    ]);
    for (const { before, after, beforeCompressed, afterCompressed } of changes) {
      expect(after).toBeLessThan(0.8 * before);
      expect(afterCompressed).toBeLessThan(0.9 * beforeCompressed);
    }
    expect([refusals, notes]).toEqual([[], []]);
    for (const name of PROGRAMS) {
      expect(outputOf(join(root, name))).toBe(outputOf(binaries[name]));
      expect((await elfOf(join(root, name))).sections.some(isForDebuggers)).toBe(false);
    }
  });

  test('keeps what scanners and debuggers identify a binary by', async () => {
    const info = join(folder, 'dep-v0');
    writeFileSync(info, 'crates, deflated');
    const audited = join(folder, 'audited');
    execFileSync('objcopy', [`--add-section=.dep-v0=${info}`, binaries.rust, audited]);
    const { root } = await shrink({ ...programs(), audited }, { strip: true });

    expect(version(join(root, 'go'))).toBe(version(binaries.go));
    for (const name of ['cpp', 'cppStatic'] as const) {
      const [before, after] = [await elfOf(binaries[name]), await elfOf(join(root, name))];
      expect(buildIdOf(before.notes)).toMatch(/^[0-9a-f]{40}$/);
      expect(buildIdOf(after.notes)).toBe(buildIdOf(before.notes));
    }
    expect(hasSection(await elfOf(join(root, 'audited')), '.dep-v0')).toBe(true);
    expect(hasSection(await elfOf(join(root, 'audited')), '.debug_info')).toBe(false);
  });

  test('leaves a shared library that can be linked and loaded', async () => {
    const { root, changes } = await shrink(
      { 'usr/lib/libseven.so.1': binaries.library },
      { strip: true },
    );
    expect(changes).toHaveLength(1);
    const program = join(folder, 'uses-library.c');
    writeFileSync(program, 'int visible(int); int main(void) { return visible(5) - 36; }');
    const library = join(root, 'usr/lib/libseven.so.1');
    execFileSync('gcc', ['-o', join(folder, 'uses-library'), program, library]);
    execFileSync(join(folder, 'uses-library'), {
      env: { LD_LIBRARY_PATH: join(root, 'usr/lib') },
    });
  });

  test('changes a file with several names once', async () => {
    const body = readFileSync(binaries.plain);
    const tar = await layerTar([
      { name: 'a', mode: 0o755, body },
      { name: 'b', type: 'link', linkname: 'a' },
      { name: 'twin', mode: 0o755, body },
    ]);
    const { changes, tars } = await shrinkTars([tar], { folder, strip: true });
    expect(changes.map(({ path }) => path)).toEqual(['a', 'twin']);
    const root = unpack(tars[0] as Buffer);
    const stat = execFileSync('stat', ['-c', '%h %a %Y', 'a', 'b', 'twin'], { cwd: root });
    expect(String(stat)).toBe('2 755 1000\n2 755 1000\n1 755 1000\n');
    expect(readFileSync(join(root, 'twin')).equals(readFileSync(join(root, 'b')))).toBe(true);
  });

  test('does not touch files that a rule drops', async () => {
    const { changes } = await shrink(programs(), {
      strip: true,
      judge: ({ root }) =>
        new Map(
          [...(root.children?.values() ?? [])]
            .filter(({ name }) => name !== 'rust')
            .map((node) => [
              node,
              { action: 'drop', by: 'user', id: '', category: '', reason: '' } as const,
            ]),
        ),
    });
    expect(changes.map(({ path }) => path)).toEqual(['rust']);
  });

  test('finds nothing to strip in its own result', async () => {
    const once = await shrinkTars([await tarOf(programs())], { folder, strip: true });
    const twice = await shrinkTars(once.tars, { folder, strip: true });
    expect(twice.changes).toEqual([]);
    expect(twice.tars[0]?.equals(once.tars[0] as Buffer)).toBe(true);
  });
});

/** A small program with much debug information. */
const DEBUGGED = [
  '#include <stdio.h>',
  ...Array.from(
    { length: 400 },
    (_, at) => `int counter_with_a_long_name_${at}(void) { return ${at}; }`,
  ),
  'int main(void) { return puts("small") < 0; }',
].join('\n');

describe.runIf(requireTools(...COMPILERS, 'strip', 'upx'))('--upx', () => {
  let binaries: Binaries;
  let programs: Record<string, string>;
  beforeAll(() => {
    binaries = buildBinaries();
    programs = Object.fromEntries(PROGRAMS.map((name) => [name, binaries[name]]));
  }, 300_000);

  test('packs programs that print the same', async () => {
    const { root, changes, notes } = await shrink(programs, {
      strip: true,
      upx: { goal: 'unpacked' },
    });
    expect(changes.filter(({ by }) => by === 'upx').map(({ path }) => path)).toEqual([
      'cpp',
      'cppStatic',
      'go',
      'rust',
    ]);
    expect(changes.filter(({ by }) => by === 'strip')).toHaveLength(4);
    for (const name of PROGRAMS) expect(outputOf(join(root, name))).toBe(outputOf(binaries[name]));
    expect(notes).toEqual([
      expect.stringMatching(/^UPX packed 4 files: .*memory.*scanners.*SELinux/),
      'build information (Go modules, cargo auditable) can no longer be read from packed files: 1',
    ]);
    for (const { path } of changes.filter(({ by }) => by === 'upx'))
      execFileSync('upx', ['-qq', '-t', join(root, path)]);
    const id = buildIdOf((await elfOf(binaries.cppStatic)).notes);
    expect(readFileSync(join(root, 'cppStatic')).toString('hex')).toContain(id);
  });

  test('does not pack what would make the layer larger, and reports the sizes', async () => {
    const { changes, refusals, tars } = await shrink(
      { rust: binaries.rust },
      { strip: true, upx: { args: ['-1'] } },
    );
    expect(changes.map(({ by }) => by)).toEqual(['strip']);
    expect(refusals).toEqual([
      { path: 'rust', by: 'upx', reason: expect.stringMatching(/larger: \d+ bytes compressed/) },
    ]);
    expect(tars[0]?.includes('UPX!')).toBe(false);
  });

  test('packs what meets the goal at a better level', async () => {
    const { changes } = await shrink(
      { rust: binaries.rust },
      { strip: true, upx: { args: ['--best', '--lzma'] } },
    );
    const packed = changes.find(({ by }) => by === 'upx');
    expect(packed?.afterCompressed).toBeLessThan(0.95 * (packed?.beforeCompressed as number));
  });

  test('leaves a packed file alone', async () => {
    const upx = { goal: 'unpacked' } as const;
    const once = await shrinkTars([await tarOf({ go: binaries.go })], { folder, upx });
    const twice = await shrinkTars(once.tars, { folder, upx, strip: true });
    expect(twice.changes).toEqual([]);
    expect(twice.refusals).toContainEqual({ path: 'go', by: 'upx', reason: 'is packed already' });
    expect(twice.tars[0]?.equals(once.tars[0] as Buffer)).toBe(true);
  });

  test('makes the same bytes with the same options', async () => {
    const tar = await tarOf({ rust: binaries.rust, plain: binaries.plain });
    const run = async () =>
      (await shrinkTars([tar], { folder, strip: true, upx: { goal: 'unpacked' } })).tars[0];
    expect((await run())?.equals((await run()) as Buffer)).toBe(true);
  });

  test('does not pack what is small once it is stripped', async () => {
    const source = join(folder, 'debugged.c');
    writeFileSync(source, DEBUGGED);
    const debugged = join(folder, 'debugged');
    execFileSync('gcc', ['-g3', '-o', debugged, source]);
    const large = await shrink({ debugged }, { strip: true, upx: { goal: 'unpacked' } });
    expect(large.changes).toEqual([expect.objectContaining({ by: 'strip' })]);
    expect(large.changes[0]?.before).toBeGreaterThan(64 * 1024);
    expect(large.refusals[0]?.reason).toBe('is smaller than 64 KiB');
  });

  test('accepts only arguments about compression', async () => {
    for (const args of [['-o/etc/passwd'], ['-d'], ['--force'], ['x'], ['-1', '--backup']])
      await expect(shrinkTars([], { folder, upx: { args } })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/^--upx-args cannot hold /),
      });
  });
});
