import { expect, test } from 'vitest';
import { tryReslim } from '../support/try-reslim.ts';

const fail = async (...args: string[]): Promise<string> => {
  const { status, stdout, stderr } = await tryReslim(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  return stderr;
};

test('a command line without a source is wrong usage', async () => {
  expect(await fail()).toMatchInlineSnapshot(`
    "error: SOURCE is missing
    hint: reslim SOURCE -o TARGET, and more in reslim --help
    "
  `);
});

test.each([
  [
    ['copy', 'a'],
    'error: TARGET is missing\nhint: reslim copy SOURCE TARGET, and more in reslim copy --help\n',
  ],
  [
    ['inspect'],
    'error: IMAGE is missing\nhint: reslim inspect IMAGE, and more in reslim inspect --help\n',
  ],
  [
    ['profiles', 'show', '--foo'],
    "error: unknown option '--foo'\nhint: reslim profiles show PROFILE, and more in reslim profiles show --help\n",
  ],
])('wrong usage of %j shows the usage of that command', async (args, told) => {
  expect(await fail(...args)).toBe(told);
});

test('slim without a target is wrong usage', async () => {
  expect(await fail('app:1.0')).toMatchInlineSnapshot(`
    "error: no target is named
    hint: add -o TARGET, or --dry-run to see what would go
    "
  `);
});

test('a second image without -o is wrong usage', async () => {
  expect(await fail('app:1.0', 'app:slim')).toMatchInlineSnapshot(`
    "error: there is more than one SOURCE
    hint: name the target with -o TARGET
    "
  `);
});

test('a misspelt command is refused with the one that was meant', async () => {
  expect(await fail('insepct', 'app:1.0')).toMatchInlineSnapshot(`
    "error: there is more than one SOURCE
    hint: did you mean the command inspect?
    hint: name the target with -o TARGET
    "
  `);
  expect(await fail('cache', 'prnue')).toMatchInlineSnapshot(`
    "error: reslim cache has no command "prnue"
    hint: did you mean prune?
    "
  `);
});

test('an unknown option may be close to one that only --help-all shows', async () => {
  expect(await fail('app:1.0', '--max-layer-cout', '5')).toContain(
    'did you mean --max-layer-count?',
  );
});

test('an unknown option is refused with the one that was meant', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--dry-rnu')).toMatchInlineSnapshot(`
    "error: unknown option '--dry-rnu'
    hint: did you mean --dry-run?
    "
  `);
});

test('an unknown option without a similar one is refused', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--frobnicate')).toMatchInlineSnapshot(`
    "error: unknown option '--frobnicate'
    hint: reslim SOURCE -o TARGET, and more in reslim --help
    "
  `);
});

test('an option without its value is refused', async () => {
  expect(await fail('app:1.0', '-o')).toMatchInlineSnapshot(`
    "error: option '-o, --output <TARGET>' argument missing
    hint: reslim SOURCE -o TARGET, and more in reslim --help
    "
  `);
});

test('a value that is none of the choices is refused with the choices', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--level', 'extreme')).toMatchInlineSnapshot(`
    "error: --level cannot be "extreme"
    hint: choose one of: safe, lean, minimal
    "
  `);
});

test('a size that is not one is refused', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--max-size', '5 potatoes')).toMatchInlineSnapshot(`
    "error: --max-size is not a size: "5 potatoes"
    hint: write bytes, or a number with kB, MB, GB, KiB, MiB or GiB
    "
  `);
});

test('a time that is not one is refused', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--timestamp', 'yesterday')).toMatchInlineSnapshot(`
    "error: not a time: "yesterday"
    hint: write unix seconds, 2026-01-31, 2026-01-31T12:00:00Z, or source-date-epoch
    "
  `);
});

test('a count that is not one is refused', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--max-entries', '0')).toMatchInlineSnapshot(`
    "error: --max-entries is not a whole number from 1 up: "0"
    "
  `);
});

test('a compression level out of range is refused', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--compression-level', '23')).toMatchInlineSnapshot(`
    "error: --compression-level cannot be "23"
    hint: choose 0 to 9 for gzip, 1 to 22 for zstd
    "
  `);
});

test('--json beside an archive on stdout is refused', async () => {
  expect(await fail('app:1.0', '-o', '-', '--json')).toMatchInlineSnapshot(`
    "error: --json and the archive cannot both go to stdout
    hint: write one to a file: --report FILE, -o FILE.tar
    "
  `);
});

test('completion for an unknown shell is refused', async () => {
  expect(await fail('completion', 'tcsh')).toMatchInlineSnapshot(`
    "error: SHELL cannot be "tcsh"
    hint: choose one of: bash, zsh, fish
    "
  `);
});

test('errors show what was typed without control characters', async () => {
  const stderr = await fail('app:1.0', '-o', 'x', '--level', '\x1b[31m\nred');
  expect(stderr.split('\n')).toHaveLength(3);
  expect(stderr).toContain('\\u001b[31m\\nred');
});

test('--timestamp from an unset SOURCE_DATE_EPOCH is refused', async () => {
  expect(await fail('app:1.0', '-o', 'x', '--timestamp', 'source-date-epoch'))
    .toMatchInlineSnapshot(`
    "error: SOURCE_DATE_EPOCH is not set, yet --timestamp asks for it
    "
  `);
});

test('--retries takes 0 and refuses negative numbers', async () => {
  expect(await fail('--retries', '0')).toContain('SOURCE is missing');
  expect(await fail('app:1.0', '--retries', '-1')).toContain('not a whole number from 0 up: "-1"');
});
