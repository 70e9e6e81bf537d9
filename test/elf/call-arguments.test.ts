import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ARGUMENT } from '../../src/elf/calls/constant-argument.ts';
import { readCallArguments, type CallArguments } from '../../src/elf/calls/read-call-arguments.ts';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { elfFile } from '../support/elf-file.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

/** What a program in C calls `dlopen`, `system` and `posix_spawn` with. */
const callsOf = async (
  name: string,
  body: string,
  flags: readonly string[],
): Promise<ReadonlyMap<string, CallArguments> | undefined> => {
  const source = join(folder, `${name}.c`);
  writeFileSync(
    source,
    `#include <dlfcn.h>\n#include <spawn.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n${body}\n`,
  );
  execFileSync('gcc', ['-w', ...flags, '-o', join(folder, name), source]);
  return readCallArguments(bufferSource(readFileSync(join(folder, name))), (each) =>
    each === 'posix_spawn'
      ? ARGUMENT.second
      : each === 'dlopen' || each === 'system'
        ? ARGUMENT.first
        : undefined,
  );
};

const FLAGS: readonly (readonly string[])[] = [
  ['-O0'],
  ['-O2'],
  ['-Os'],
  ['-O1', '-no-pie', '-fno-plt'],
  ['-O2', '-fcf-protection=full', '-Wl,-z,now'],
];

describe.runIf(process.arch === 'x64' && requireTools('gcc'))('arguments of calls', () => {
  describe.each(FLAGS)('of a program made with %s %s %s', (...flags) => {
    const given = flags.filter((flag) => flag !== undefined);
    const read = (name: string, body: string) => callsOf(`${name}${given.join('')}`, body, given);

    test('are whole strings', async () => {
      const calls = await read(
        'told',
        `int main(int count, char **words) {
          pid_t child;
          if (dlopen("libz.so.1", RTLD_NOW)) return 0;
          if (system("jq -n 1")) return 2;
          return posix_spawn(&child, "/usr/bin/jq", 0, 0, words, words);
        }`,
      );

      expect(calls?.get('dlopen')).toEqual({ texts: ['libz.so.1'], isComplete: true });
      expect(calls?.get('system')).toEqual({ texts: ['jq -n 1'], isComplete: true });
      expect(calls?.get('posix_spawn')).toEqual({ texts: ['/usr/bin/jq'], isComplete: true });
    });

    test.each([
      ['argument', 'int main(int count, char **words) { return dlopen(words[1], 1) == 0; }'],
      [
        'choice',
        'int main(void) { char *name = getenv("X"); return dlopen(name ? name : "libz.so.1", 1) == 0; }',
      ],
      [
        'later',
        'int main(void) { char *name = "libz.so.1"; if (getenv("X")) name = getenv("X"); return dlopen(name, 1) == 0; }',
      ],
      [
        'buffer',
        'int main(void) { char name[] = "mjc{/tp/2"; for (char *at = name; *at; at++) --*at; return dlopen(name, 1) == 0; }',
      ],
      [
        'static',
        'static char name[50] = "libz.so.1"; int main(void) { fgets(name, 50, stdin); return dlopen(name, 1) == 0; }',
      ],
      [
        'pointer',
        'void *(*volatile open)(const char *, int) = dlopen; int main(int count, char **words) { open(words[1], 1); return dlopen("libz.so.1", 1) == 0; }',
      ],
      [
        'handed on',
        'void each(void *(*)(const char *, int)); void each(void *(*run)(const char *, int)) { run(getenv("X"), 1); } int main(void) { each(dlopen); return dlopen("libz.so.1", 1) == 0; }',
      ],
    ])('are not told: %s', async (name, body) => {
      expect((await read(name.replace(' ', '-'), body))?.get('dlopen')?.isComplete).toBe(false);
    });
  });
});

test('of programs for other machines nothing is told', async () => {
  const told = await readCallArguments(bufferSource(elfFile({ machine: 183 })), () => 7);

  expect(told).toBeUndefined();
});
