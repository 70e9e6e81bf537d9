import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildBinaries, COMPILERS } from '../../fixtures/binaries/build.js';
import { keptFiles } from '../../src/cache/kept-files.ts';
import { resultsIn } from '../../src/transform/tool-results.ts';
import { openTransformer } from '../../src/transform/transformer.ts';
import { layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { codec } from '../support/codec.ts';
import { newCache } from '../support/new-cache.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { shrinkTars, type ShrinkTarsOptions } from './shrink-tars.ts';
import { fakeTools, withPath } from './with-path.ts';

// Compilers and packers on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const folder = tempFolder();

const open = (options: ShrinkTarsOptions) =>
  openTransformer(options, {
    codec,
    cache: undefined,
    newFolder: () => Promise.reject(new Error('not needed')),
    newSpool: () => Promise.reject(new Error('not needed')),
    signal: undefined,
  });

describe('a tool that is not there', () => {
  test('is one error that names the package, before anything is read', async () => {
    const nothing = fakeTools(folder, {});
    await withPath(nothing, async () => {
      await expect(open({ folder, strip: true })).rejects.toMatchObject({
        code: 'unsupported',
        message: 'strip is not installed, and --strip needs it',
        hint: expect.stringContaining('binutils'),
      });
      await expect(open({ folder, upx: true })).rejects.toMatchObject({
        code: 'unsupported',
        message: 'upx is not installed, and --upx needs it',
        hint: expect.stringMatching(/upx-ucl \(Debian.* upx \(Alpine/),
      });
      await expect(open({ folder, dedupe: true, upx: false })).resolves.toBeDefined();
    });
  });

  test('is not looked for where the PATH is relative', async () => {
    await withPath('.:', () =>
      expect(open({ folder, strip: true })).rejects.toMatchObject({ code: 'unsupported' }),
    );
  });
});

describe.runIf(requireTools(...COMPILERS, 'strip'))('a tool that misbehaves', () => {
  let tar: Buffer;
  let program: string;
  let other: string;
  beforeAll(async () => {
    const binaries = buildBinaries();
    program = binaries.plain;
    other = binaries.small;
    tar = await layerTar([
      { name: 'app', type: 'directory', mode: 0o755 },
      { name: 'app/program', mode: 0o755, body: readFileSync(program) },
    ]);
  }, 300_000);

  /** Strips with a script as the tool: its arguments are `--strip-unneeded -o OUT IN`. */
  const stripWith = (script: string, options: Partial<ShrinkTarsOptions> = {}) =>
    withPath(fakeTools(folder, { strip: script }), () =>
      shrinkTars([tar], { folder, strip: true, ...options }),
    );

  const failures: [what: string, script: () => string, reason: string | RegExp][] = [
    ['fails', () => 'echo "strip: no, thanks" >&2; exit 3', 'strip: no, thanks'],
    ['fails without a word', () => 'exit 3', 'ended with status 3'],
    ['crashes', () => 'kill -SEGV $$', /SIGSEGV|ended with/],
    ['makes nothing', () => 'exit 0', 'it made no file'],
    ['makes a link', () => 'ln -s "$4" "$3"', 'it made no file'],
    ['makes a pipe', () => 'mkfifo "$3"', 'it made no file'],
    ['makes rubbish', () => 'echo rubbish > "$3"', 'it is no sound ELF file'],
    ['cuts the file', () => 'head -c 9000 "$4" > "$3"', 'it is no sound ELF file'],
    ['makes another program', () => `cp ${other} "$3"`, /changed|missing/],
    [
      'changes a byte of the code',
      () =>
        'cp "$4" "$3"; chmod u+w "$3"; printf X | dd of="$3" bs=1 seek=4200 conv=notrunc 2>/dev/null',
      /other contents/,
    ],
    ['writes without end', () => 'cat /dev/zero > "$3"', /limit|SIGXFSZ|ended with|too large/i],
  ];

  test.each(failures)('%s: the file stays, and a note says why', async (_, script, reason) => {
    const { changes, notes, tars } = await stripWith(script());
    expect(changes).toEqual([]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^strip failed, \/app\/program stays as it is: /);
    expect(notes[0]).toMatch(reason);
    expect(tars[0]?.equals(tar)).toBe(true);
  });

  test('is killed when it hangs', async () => {
    const started = performance.now();
    const { notes, tars } = await stripWith('exec sleep 60', { timeLimit: 0.5 });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(notes[0]).toMatch(/did not end within 0.5 s/);
    expect(tars[0]?.equals(tar)).toBe(true);
  });

  test('gets a fixed name in a private folder, and nothing of the environment', async () => {
    const seen = join(folder, 'seen');
    process.env['RESLIM_TEST_SECRET'] = 'secret';
    await stripWith(`{ echo "$@"; pwd; stat -c %a . "$4"; env; } > ${seen}; exec strip "$@"`);
    delete process.env['RESLIM_TEST_SECRET'];
    const text = readFileSync(seen, 'utf8');
    expect(text).toMatch(/^--strip-unneeded -o \S+\/stripped \S+\/program\n/);
    expect(text).toMatch(/\n700\n700\n/);
    expect(text).not.toMatch(/app\/program|RESLIM_TEST_SECRET/);
  });

  test('leaves nothing behind in its folder', async () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    await shrinkTars([tar], { folder: empty, strip: true });
    const left = readdirSync(empty, { recursive: true });
    expect(left.filter((name) => String(name).includes('file-'))).toEqual([]);
  });

  test('is killed by an interrupted run, which ends with the code aborted', async () => {
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(), 300);
    await expect(stripWith('exec sleep 60', { signal: interruption.signal })).rejects.toMatchObject(
      { code: 'aborted' },
    );
  });

  test('is named with its package in one note when it is missing for another machine', async () => {
    const only = mkdtempSync(join(folder, 'only-strip-'));
    symlinkSync('/usr/bin/strip', join(only, 'strip'));
    const bytes = Buffer.from(readFileSync(program));
    const machine = process.arch === 'arm64' ? 62 : 183;
    bytes.writeUInt16LE(machine, 18);
    const foreign = await layerTar(['a', 'b'].map((name) => ({ name, mode: 0o755, body: bytes })));
    const { notes, tars } = await withPath(only, () =>
      shrinkTars([foreign], { folder, strip: true }),
    );
    expect(notes).toEqual([
      expect.stringMatching(
        /^no strip for \S+-linux-gnu is installed: install binutils-\S+-linux-gnu or llvm; binaries left as they are: 2$/,
      ),
    ]);
    expect(tars[0]?.equals(foreign)).toBe(true);
  });

  test('gets equal files once', async () => {
    const log = join(folder, 'log');
    const body = readFileSync(program);
    const twins = await layerTar(['a', 'b'].map((name) => ({ name, mode: 0o755, body })));
    await withPath(fakeTools(folder, { strip: `echo run >> ${log}; exec strip "$@"` }), () =>
      shrinkTars([twins], { folder, strip: true }),
    );
    // The first line is the question for its version.
    expect(readFileSync(log, 'utf8')).toBe('run\nrun\n');
  });

  test('has its results cached for later runs, unless they were changed', async () => {
    const store = join(folder, 'cache');
    const log = join(folder, 'cache-log');
    const script = `[ "$1" = --version ] && exec echo fake 1.0; echo run >> ${log}; exec strip "$@"`;
    const cache = await newCache(store);
    const first = await stripWith(script, { cache });
    const second = await stripWith(script, { cache });
    expect(second.tars[0]?.equals(first.tars[0] as Buffer)).toBe(true);
    expect(readFileSync(log, 'utf8')).toBe('run\n');

    const [largest] = keptFiles(join(store, 'reslim')).sort((a, b) => b.size - a.size);
    writeFileSync(largest?.path ?? '', 'tampered');
    const third = await stripWith(script, { cache });
    expect(third.tars[0]?.equals(first.tars[0] as Buffer)).toBe(true);
    expect(readFileSync(log, 'utf8')).toBe('run\nrun\n');
    await stripWith(script.replace('1.0', '2.0'), { cache });
    expect(readFileSync(log, 'utf8')).toBe('run\nrun\nrun\n');
    await cache.close();
  });

  test('has the results evicted that were used least recently', async () => {
    const store = join(folder, 'small-cache');
    const first = await newCache(store, 2000);
    const file = join(folder, 'result');
    for (const key of ['a', 'b', 'c']) {
      writeFileSync(file, key.repeat(800));
      await resultsIn(first).put(key, file);
      execFileSync('sleep', ['0.02']);
    }
    await first.close();
    const second = await newCache(store, 2000);
    const out = join(folder, 'fetched');
    expect(await resultsIn(second).get('a', out)).toBe(false);
    expect(await resultsIn(second).get('c', out)).toBe(true);
    expect(readFileSync(out, 'utf8')).toBe('c'.repeat(800));
    await second.close();
  });
});
