import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { tryReslim } from '../../support/try-reslim.ts';

const run = promisify(execFile);
const root = tempFolder();

/** Writes a shell's script and a few files to complete. */
const prepare = async (shell: string): Promise<void> => {
  const { status, stdout, stderr } = await tryReslim(['completion', shell]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  await writeFile(join(root, shell), stdout);
  await mkdir(join(root, 'layout'), { recursive: true });
  await writeFile(join(root, 'compose.tar'), '');
};

/** Asks bash for the replies to words, of which the last is being typed. */
const inBash = async (...words: string[]): Promise<string[]> => {
  const script = `
    source ./bash
    COMP_WORDS=(reslim "$@") COMP_CWORD=$#
    _reslim
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-c', script, 'bash', ...words], { cwd: root });
  return stdout.split('\n').filter((line) => line !== '');
};

describe.runIf(requireTools('bash'))('completion in bash', () => {
  beforeAll(() => prepare('bash'));

  test('falls back to file names', async () => {
    const { stdout } = await run('bash', ['-c', 'source ./bash; complete -p reslim'], {
      cwd: root,
    });
    expect(stdout).toBe('complete -o default -F _reslim reslim\n');
  });

  test('offers options', async () => {
    expect(await inBash('app', '--prof')).toEqual(['--profile', '--profile-file']);
    expect(await inBash('--hel')).toEqual(['--help-all', '--help']);
  });

  test('offers values behind a space and behind =', async () => {
    expect(await inBash('app', '--level', '')).toEqual(['safe', 'lean', 'minimal']);
    expect(await inBash('app', '--level', '=', '')).toEqual(['safe', 'lean', 'minimal']);
    expect(await inBash('app', '--level', '=', 'l')).toEqual(['lean']);
    expect(await inBash('app', '--level', '=')).toEqual(['safe', 'lean', 'minimal']);
    expect(await inBash('--profile', 'a')).toEqual(['auto', 'apk', 'apt']);
  });

  test('offers the options of a command, and files', async () => {
    expect(await inBash('copy', '--re')).toEqual(['--referrers', '--retries']);
    expect(await inBash('copy', 'app', '--compression', 'z')).toEqual(['zstd', 'zstd:chunked']);
    expect(await inBash('login', '--pass')).toEqual(['--password-stdin']);
    expect(await inBash('copy', 'lay')).toEqual([]);
  });

  test('offers commands below a command, with their words and options', async () => {
    expect(await inBash('profiles', '')).toEqual(['list', 'show', 'test', 'lint']);
    expect(await inBash('profiles', 'show', 'ap')).toEqual(['apk', 'apt']);
    expect(await inBash('profiles', 'lint', '--im')).toEqual(['--image']);
    expect(await inBash('cache', 'prune', '--')).toEqual(['--max-size', '--help']);
    expect(await inBash('help', 'pro')).toEqual(['profiles']);
    expect(await inBash('app', '--max-layer-')).toEqual(['--max-layer-count', '--max-layer-size']);
  });

  test('leaves file names to bash', async () => {
    expect(await inBash('app', '-o', '')).toEqual([]);
    expect(await inBash('app', '--report', 'x')).toEqual([]);
    expect(await inBash('lay')).toEqual([]);
  });

  test('offers commands beside files that begin alike', async () => {
    expect(await inBash('com')).toEqual(['completion', 'compose.tar']);
    expect(await inBash('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await inBash('completion', 'z')).toEqual(['zsh']);
  });
});

const inFish = async (line: string): Promise<string[]> => {
  const script = 'source fish; complete -C $argv[1]';
  const { stdout } = await run('fish', ['--no-config', '-c', script, line], {
    cwd: root,
    env: { ...process.env, HOME: root },
  });
  return stdout.split('\n').flatMap((each) => (each === '' ? [] : [each.split('\t')[0] as string]));
};

describe.runIf(requireTools('fish'))('completion in fish', () => {
  beforeAll(() => prepare('fish'));

  test('offers options, values, files and commands', async () => {
    expect(await inFish('reslim app --prof')).toEqual(['--profile', '--profile-file']);
    expect((await inFish('reslim app --level ')).sort()).toEqual(['lean', 'minimal', 'safe']);
    expect((await inFish('reslim app --profile a')).sort()).toEqual(['apk', 'apt', 'auto']);
    expect(await inFish('reslim app -o lay')).toEqual(['layout/']);
    expect(await inFish('reslim com')).toEqual(['completion', 'compose.tar']);
    expect((await inFish('reslim completion ')).sort()).toEqual(['bash', 'fish', 'zsh']);
    expect((await inFish('reslim profiles ')).sort()).toEqual(['lint', 'list', 'show', 'test']);
    expect((await inFish('reslim profiles show ap')).sort()).toEqual(['apk', 'apt']);
    expect(await inFish('reslim profiles lint --im')).toEqual(['--image']);
  });
});

/** Types a line into an interactive zsh and shows what a Tab makes of it. */
const inZsh = async (line: string): Promise<string> => {
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -fi
    zpty -w shell 'PS1=; autoload -U compinit; compinit -D -u; source ./zsh; stty cols 100'
    zpty -w shell 'zstyle ":completion:*" list-prompt ""; LISTMAX=1000; echo ready-now'
    while zpty -r shell out; do [[ $out == ready-now* ]] && break; done
    zpty -wn shell "$1"$'\\t'
    sleep 1
    while zpty -rt shell out; do print -rn -- "$out"; done
    zpty -d shell`;
  const { stdout } = await run('zsh', ['-fc', script, 'zsh', line], { cwd: root });
  return stripVTControlCharacters(stdout);
};

describe.runIf(requireTools('zsh'))('completion in zsh', () => {
  beforeAll(() => prepare('zsh'));

  test.each([
    ['reslim app --dry', /--dry-run/],
    ['reslim app --level l', /lean/],
    ['reslim app --profile ap', /apk.*apt/s],
    ['reslim app -o lay', /layout\//],
    ['reslim compl', /completion/],
    ['reslim completion z', /zsh/],
    ['reslim copy --refer', /--referrers/],
    ['reslim profiles sho', /show/],
    ['reslim profiles show ap', /apk.*apt/s],
    ['reslim profiles lint --ima', /--image/],
    ['reslim copy lay', /layout\//],
  ])('answers %j with %s', async (line, completed) => {
    // On a busy machine the answer may come after the reading.
    await expect.poll(() => inZsh(line), { timeout: 20_000 }).toMatch(completed);
  });
});
