import { expect, test } from 'vitest';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles } from '../support/fact-image.ts';

const LIB = 'usr/lib/x86_64-linux-gnu';
const program = (strings: readonly string[] = []) =>
  elfFile({ needed: ['libc.so.6'], interpreter: '/lib64/ld-linux-x86-64.so.2', strings });

/** A server that opens `libjit.so` by its name, which is linked with a large library. */
const FILES = dpkgFiles(
  [
    {
      name: 'libc6',
      files: { [`${LIB}/libc.so.6`]: elfFile(), 'lib64/ld-linux-x86-64.so.2': elfFile() },
    },
    {
      name: 'server',
      files: {
        'usr/sbin/server': program(['dlopen', `/usr/lib/server/libjit.so`, 'execvp', 'helper -x']),
        'usr/lib/server/libjit.so': elfFile({ needed: ['libllvm.so.1'] }),
        'usr/share/doc/server/copyright': 'MIT',
      },
      depends: 'libllvm, helper',
    },
    {
      name: 'libllvm',
      files: {
        [`${LIB}/libllvm.so.1`]: elfFile({ needed: ['libc.so.6'] }),
        'usr/share/doc/libllvm/copyright': 'MIT',
      },
    },
    { name: 'helper', files: { 'usr/bin/helper': program(), 'usr/lib/helper/data': 'x' } },
  ],
  { 'srv/plugin.so': elfFile() },
);

const judge = async (without: readonly string[]) => {
  const { gone, judgement, why } = await judgeFiles(FILES, {
    config: { Cmd: ['/usr/sbin/server'] },
    level: 'minimal',
    without,
  });
  return {
    stays: (path: string) => path in FILES && !gone.includes(path),
    removed: [...judgement.removedPackages.keys()].map(({ name }) => name).sort(),
    leftOut: (judgement.reach?.leftOut ?? []).map(({ name, files }) => [name, files]),
    costs: (judgement.reach?.costs ?? []).map(({ program: { name }, files }) => [name, files]),
    why,
  };
};

test('all of it stays as long as nobody says otherwise', async () => {
  const { stays, leftOut, removed } = await judge([]);
  expect(stays('usr/lib/server/libjit.so') && stays(`${LIB}/libllvm.so.1`)).toBe(true);
  expect({ leftOut, removed }).toEqual({ leftOut: [], removed: [] });
});

test('what may be left out is told: what is started or opened by its name, not what loaders take in', async () => {
  expect((await judge([])).costs).toEqual(
    expect.arrayContaining([
      ['libjit.so', 2],
      ['helper', 1],
    ]),
  );
  expect((await judge([])).costs).toHaveLength(2);
});

test('a library goes with all that only it leads to', async () => {
  const { stays, leftOut, removed, why } = await judge(['/usr/lib/server/libjit.so']);
  expect(stays('usr/lib/server/libjit.so') || stays(`${LIB}/libllvm.so.1`)).toBe(false);
  expect(stays('usr/sbin/server') && stays('usr/share/doc/server/copyright')).toBe(true);
  expect(removed).toEqual(['libllvm']);
  expect(leftOut).toEqual([['/usr/lib/server/libjit.so', 2]]);
  expect(why('usr/lib/server/libjit.so')).toBe('--without /usr/lib/server/libjit.so');
});

test('a package and a library, each with what goes with it', async () => {
  const { removed, leftOut } = await judge(['helper', '/usr/lib/server']);
  expect(removed).toEqual(['helper', 'libllvm']);
  expect(leftOut).toEqual([
    ['helper', 1],
    ['/usr/lib/server', 2],
  ]);
});

test('a part whose user is left out as well', async () => {
  expect((await judge(['libllvm', '/usr/lib/server/libjit.so'])).removed).toEqual(['libllvm']);
});

test.each([
  ['hlper', /^--without hlper: the image has no such package of the distribution$/],
  ['/usr/bin/none', /^--without \/usr\/bin\/none: the image has no such path$/],
  ['/', /no such path$/],
  ['server', /leaves out what the image needs: \/usr\/sbin\/server, which it starts by itself$/],
  ['/srv/plugin.so', /leaves out what the image needs: \/srv\/plugin\.so, no package owns it$/],
  [
    'libllvm',
    /leaves out what the image needs: \/usr\/lib\/server\/libjit\.so stays and is linked with .*\/libllvm\.so\.1$/,
  ],
  ['/lib64/ld-linux-x86-64.so.2', /stays and is linked with \/lib64\/ld-linux-x86-64\.so\.2$/],
])('%s is refused', async (name, message) => {
  await expect(judge([name])).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
});
