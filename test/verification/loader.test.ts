import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { verify } from '../../src/operations/verify.ts';
import { requireTools } from '../support/requires.ts';
import { librariesOf } from '../support/shell-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

/*
 * What a program finds is decided by the loader of this machine, in a folder that is the root for it. Each file of the
 * image is taken away in turn: where the program then says something else, or nothing, verifying must not pass.
 */

const folder = tempFolder();
const root = join(folder, 'root');
const ENV = ['LD_LIBRARY_PATH=/opt/asked', 'PATH=/bin'];

const gcc = (...args: readonly string[]): string => execFileSync('gcc', args, { encoding: 'utf8' });

/** A library with one function, which returns a value: an expression of C. */
const makeLibrary = async (
  name: string,
  place: string,
  value: string,
  ...flags: readonly string[]
): Promise<void> => {
  const path = join(root, place, `lib${name}.so`);
  await mkdir(dirname(path), { recursive: true });
  const source = join(folder, `${name}.c`);
  await writeFile(source, `int older(void);\nint ${name}(void) { return ${value}; }\n`);
  gcc('-shared', '-fPIC', `-Wl,-soname,lib${name}.so`, '-o', path, source, ...flags);
};

/** Says the sum of what its libraries return, or nothing where it cannot start. */
const say = async (): Promise<string> => {
  // Without /proc a loader cannot tell what $ORIGIN is.
  const pairs = [...ENV, 'LD_ORIGIN_PATH=/app/bin'].map((pair) => pair.split('='));
  const options = { env: Object.fromEntries(pairs) as NodeJS.ProcessEnv };
  const run = promisify(execFile)('/usr/sbin/chroot', [root, '/app/bin/main'], options);
  return run.then(
    ({ stdout }) => stdout,
    () => '',
  );
};

const write = async (name: string): Promise<string> => {
  const layout = join(folder, name);
  await createLayout(layout);
  const tar = execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 1e9 });
  const layers = [await putLayer(layout, [tar], { gzip: false })];
  // Nothing is named, so that only what files need counts.
  await putImage(layout, '1', { layers, config: { config: { Env: ENV } } });
  return `oci:${layout}:1`;
};

const NAMES = ['own', 'listed', 'asked', 'usual'] as const;

/** `older` is found by an RPATH of `own`, all others by the program; decoys lie in places that come later, or in none. */
const makeRoot = async (): Promise<void> => {
  await makeLibrary('older', 'opt/older', '1');
  const rpath = ['-Wl,--disable-new-dtags,-rpath,/opt/older', '-Wl,--no-as-needed'];
  await makeLibrary('own', 'app/lib', '20 + older()', ...rpath, `-L${root}/opt/older`, '-lolder');
  await makeLibrary('listed', 'opt/listed', '300');
  await makeLibrary('asked', 'opt/asked', '4000');
  await makeLibrary('usual', 'usr/lib', '50000');
  await makeLibrary('own', 'usr/lib', '90');
  await makeLibrary('asked', 'opt/nowhere', '9000');
  const source = join(folder, 'main.c');
  await writeFile(
    source,
    `#include <stdio.h>
${NAMES.map((name) => `int ${name}(void);`).join('\n')}
int main(void) { return printf("%d\\n", ${NAMES.map((name) => `${name}()`).join(' + ')}) < 0; }
`,
  );
  await mkdir(join(root, 'app/bin'), { recursive: true });
  const places = ['app/lib', 'opt/listed', 'opt/asked', 'usr/lib'];
  gcc(
    ...['-o', join(root, 'app/bin/main'), source, '-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib'],
    ...places.map((place) => `-L${root}/${place}`),
    ...NAMES.map((name) => `-l${name}`),
    '-Wl,--allow-shlib-undefined',
  );
  for (const path of await librariesOf('/bin/true')) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await cp(path, join(root, path), { dereference: true });
  }
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/ld.so.conf'), '/opt/listed\n');
  execFileSync('/usr/sbin/ldconfig', ['-r', root]);
};

describe.runIf(requireTools('root', 'gcc', 'ldd', 'tar'))('libraries', () => {
  let original: string;
  beforeAll(async () => {
    await makeRoot();
    original = await write('original');
  });

  test('are found as the loader finds them', async () => {
    expect(await say()).toBe('54321\n');
    const files = execFileSync('find', [root, '-type', 'f', '-printf', '%P\\n'], {
      encoding: 'utf8',
    }).split('\n');
    const outcomes: Record<string, readonly [said: boolean, passed: boolean]> = {};
    for (const file of files.filter((each) => each !== '' && each !== 'app/bin/main')) {
      await rename(join(root, file), join(folder, 'away'));
      const said = (await say()) === '54321\n';
      const { passed, images } = await verify({
        original,
        slim: await write(`without-${file.replaceAll('/', '-')}`),
      });
      await rename(join(folder, 'away'), join(root, file));
      outcomes[file] = [said, passed];
      const wrong = images.flatMap(({ differences }) => differences.map(({ check }) => check));
      expect(new Set(wrong)).toEqual(new Set(passed ? [] : ['libraries']));
    }
    for (const [file, [said, passed]] of Object.entries(outcomes))
      expect({ file, passed }).toEqual({ file, passed: said });
    expect(Object.values(outcomes).filter(([said]) => said).length).toBeGreaterThan(2);
    expect(Object.values(outcomes).filter(([said]) => !said).length).toBeGreaterThan(6);
  });
});
