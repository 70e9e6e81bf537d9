import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import type { Command } from '../../src/cli/command.ts';
import { ROOT } from '../../src/cli/commands/index.ts';
import { createProgram, helpOf } from '../../src/cli/program.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';

/** Every command, by the words that lead to it. */
const allCommands = (command: Command, path: readonly string[] = []): [string, Command][] => [
  [path.join(' '), command],
  ...(command.commands ?? []).flatMap((each) => allCommands(each, [...path, each.name])),
];

const COMMANDS = allCommands(ROOT);

const help = async (...args: string[]): Promise<string> => {
  const { status, stdout, stderr } = await tryReslim(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

/** The same without a process for each call. */
const helpHere = (words: readonly string[], last: string): string => {
  let text = '';
  const program = createProgram(ROOT, () => expect.unreachable());
  const all = [program, ...program.commands].flatMap((each) => [each, ...each.commands]);
  for (const each of all)
    each.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 });
  expect(() => program.parse([...words, last], { from: 'user' })).toThrow(
    expect.objectContaining({ exitCode: 0 }),
  );
  return text;
};

describe.each(COMMANDS)('reslim %s', (path, { options = {}, examples = [] }) => {
  const words = path.split(' ').filter(Boolean);
  const rare = Object.entries(options).filter(([, option]) => option.rare);
  const usual = Object.entries(options).filter(([, option]) => !option.rare);

  test('--help fits 80 columns and names every option but the rare ones', () => {
    const text = helpHere(words, '--help');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    for (const [name] of usual) expect(text).toMatch(new RegExp(`^  (-\\w, )?--${name}\\b`, 'm'));
    for (const [name] of rare) expect(text).not.toMatch(new RegExp(`--${name}\\b`));
    for (const [line] of examples) expect(text).toContain(line);
    expect(text.includes('--help-all')).toBe(rare.length > 0);
  });

  test('reslim help prints what --help prints', () => {
    const program = createProgram(ROOT, () => expect.unreachable());
    expect(helpOf(program, ROOT, words)).toBe(helpHere(words, '--help'));
  });
});

test.each(
  COMMANDS.filter(([, { options = {} }]) => Object.values(options).some(({ rare }) => rare)),
)('reslim %s --help-all fits 80 columns and names every option', (path, { options = {} }) => {
  const text = helpHere(path.split(' ').filter(Boolean), '--help-all');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  for (const name of Object.keys(options))
    expect(text).toMatch(new RegExp(`^  (-\\w, )?--${name}\\b`, 'm'));
});

test.each([[[]], [['copy']], [['profiles', 'lint']]])(
  'reslim help %j prints on stdout what --help prints there',
  async (words) => {
    expect(await help('help', ...words)).toBe(await help(...words, '--help'));
    expect(await help('help', ...words)).toBe(helpHere(words, '--help'));
  },
);

test('help shows the default of each option', async () => {
  const text = (await help('--help-all')).replaceAll(/\s+/g, ' ');
  for (const shown of [
    '--level <LEVEL> safe, lean, minimal: leftovers only, documentation too, or all that nothing uses (default: safe)',
    '--profile <NAMES> auto, none, or names of profiles (repeatable, default: auto)',
    'merge all layers, those above the base, or none (default: all)',
    '--max-layer-size <SIZE> one layer, unpacked (default: 64GiB)',
    '--retries <N> of a request that failed (default: 5)',
  ])
    expect(text).toContain(shown);
});

test('help for an unknown command is wrong usage, with the one that was meant', async () => {
  expect(await tryReslim(['help', 'profiles', 'linnt'])).toEqual({
    status: 2,
    stdout: '',
    stderr: 'error: reslim profiles has no command "linnt"\nhint: did you mean lint?\n',
  });
});

test.each([['--version'], ['-V'], ['version']])(
  '%s prints the version of package.json',
  async (word) => {
    const expected: Outcome = { status: 0, stdout: `${manifest.version}\n`, stderr: '' };
    expect(await tryReslim([word])).toEqual(expected);
  },
);

test('docs/cli.md names every command and option', async () => {
  const page = await readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  for (const [path, { options = {} }] of COMMANDS) {
    expect(page).toContain(`reslim ${path}`.trimEnd());
    for (const name of Object.keys(options)) expect(page).toContain(`--${name}`);
  }
});
