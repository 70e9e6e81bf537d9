import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../src/elf/elf-source.ts';
import { readSymbolVersions, type SymbolVersions } from '../../src/elf/versions.ts';
import { requireTools } from '../support/requires.ts';
import { withFile } from './file-source.ts';

/** What readelf says of a file: needed versions as `library version`, and defined ones. */
const readelf = (path: string) => {
  const text = execFileSync('readelf', ['-VW', path], {
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const needed: string[] = [];
  const defined: string[] = [];
  let library = '';
  for (const line of text.split('\n')) {
    library = / File: (\S+) /.exec(line)?.[1] ?? library;
    const need = / Name: (\S+) {2}Flags: (.*?) +Version: /.exec(line);
    if (need && !need[2]?.includes('WEAK')) needed.push(`${library} ${need[1]}`);
    const definition = / Index: \d+ .* Name: (\S+)/.exec(line);
    if (definition) defined.push(definition[1] as string);
  }
  return { needed: needed.toSorted(), defined: [...new Set(defined)].toSorted() };
};

const own = async (path: string) => {
  const { needed, defined } = (await withFile(path, readSymbolVersions)) as SymbolVersions;
  const pairs = [...needed].flatMap(([library, names]) =>
    names.map((name) => `${library} ${name}`),
  );
  return { needed: pairs.toSorted(), defined: [...defined].toSorted() };
};

const isElf = (path: string): boolean => readFileSync(path).subarray(1, 4).toString() === 'ELF';

const FOLDERS = ['/usr/bin', '/usr/lib/x86_64-linux-gnu'];

describe.runIf(requireTools('readelf'))('versions of symbols', () => {
  test('are those that readelf prints, of programs and libraries of this machine', async () => {
    const paths = FOLDERS.flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((file) => file.isFile())
        .map(({ name }) => realpathSync(join(folder, name))),
    );
    // Every seventh: libc and its like are among them on any machine, and it does not take long.
    const chosen = paths.filter(
      (path, at) => (at % 7 === 0 || /\/(libc|libstdc\+\+)\.so/.test(path)) && isElf(path),
    );
    for (const path of chosen) expect(await own(path), path).toEqual(readelf(path));
    expect((await own(paths.find((path) => path.endsWith('/libc.so.6')) ?? '')).defined).toContain(
      'GLIBC_2.4',
    );
  });
});

test('what is no ELF file needs no versions and defines none', async () => {
  const found = await readSymbolVersions(bufferSource(Buffer.alloc(4096, 'text ')));
  expect(found).toEqual({ needed: new Map(), defined: new Set() });
});
