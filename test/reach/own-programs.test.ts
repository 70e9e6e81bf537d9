import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { showPlace } from '../../src/graph/place.ts';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';
import { skipWithout } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LIB = 'usr/lib/x86_64-linux-gnu';
const program = (strings: readonly string[] = []): Buffer =>
  elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2', strings });

const PACKAGES: readonly DpkgPackage[] = [
  { name: 'dash', files: { 'bin/sh': program() }, essential: true },
  { name: 'jq', files: { 'usr/bin/jq': program() } },
  { name: 'gawk', files: { 'usr/bin/gawk': program() } },
  {
    name: 'libz',
    files: { [`${LIB}/libz.so.1`]: elfFile(), 'usr/lib/other/libz.so.1': elfFile() },
  },
  {
    name: 'libfast',
    files: {
      [`${LIB}/libfast.so.1`]: elfFile(),
      [`${LIB}/glibc-hwcaps/x86-64-v3/libfast.so.1`]: elfFile(),
      'usr/lib/fast-for-another/libfast.so.1': elfFile(),
    },
  },
  {
    name: 'libnoted',
    files: {
      [`${LIB}/libnoted.so.1`]: elfFile({
        dlopenNote: '[{"feature":"x","priority":"suggested","soname":["libz.so.1","libno.so"]}]',
      }),
      [`${LIB}/libodd.so.1`]: elfFile({ dlopenNote: '[{"soname":7},null' }),
    },
  },
];

/** What stays of an image at `minimal` beside the files given, and what is open. */
const minimal = async (own: Files, config: object) => {
  const files = dpkgFiles(PACKAGES, own);
  const { gone, judgement } = await judgeFiles(files, { config, level: 'minimal' });
  return {
    stays: (path: string) => path in files && !gone.includes(path),
    open: (judgement.reach?.open ?? []).map(
      ({ place, word, isCovered }) =>
        `${showPlace(place)}: ${word}${isCovered ? ' (covered)' : ''}`,
    ),
  };
};

const APP = { Cmd: ['/srv/app'] };

test('of a library those for machines with certain abilities stay, too', async () => {
  const { stays } = await minimal({ 'srv/app': elfFile({ needed: ['libfast.so.1'] }) }, APP);

  expect(stays(`${LIB}/libfast.so.1`)).toBe(true);
  expect(stays(`${LIB}/glibc-hwcaps/x86-64-v3/libfast.so.1`)).toBe(true);
  expect(stays('usr/lib/fast-for-another/libfast.so.1')).toBe(false);
});

test.each(['/usr/lib/other', '/usr/lib/${KIND:-other}', '"$LD_LIBRARY_PATH:/usr/lib/other"'])(
  'a library is looked for where a script says, %s',
  async (path) => {
    const { stays } = await minimal(
      {
        'start.sh': `#!/bin/sh\nexport LD_LIBRARY_PATH=${path}\nexec /srv/app\n`,
        'srv/app': elfFile({ needed: ['libz.so.1'] }),
      },
      { Cmd: ['/start.sh'] },
    );

    expect(stays('usr/lib/other/libz.so.1')).toBe(true);
    expect(stays(`${LIB}/libz.so.1`)).toBe(true);
  },
);

test.each([
  ['LD_PRELOAD=/usr/lib/*-linux-gnu/libz.so.1', []],
  ['for each in /usr/lib/*-linux-gnu/libz.so.1; do LD_PRELOAD=$each; done', []],
  ['LD_PRELOAD=$(find /usr/lib -name libz.so.1 | head -n 1)', []],
  ['LD_PRELOAD=$(made-up)', ['variable LD_PRELOAD of the config: …']],
])('a script preloads what it finds: %s', async (line, open) => {
  const result = await minimal(
    {
      'start.sh': `#!/bin/sh\n${line}\nexport LD_PRELOAD\nexec /srv/app\n`,
      'srv/app': program(),
    },
    { Cmd: ['/start.sh'] },
  );

  expect(result.stays(`${LIB}/libz.so.1`)).toBe(!line.includes('made-up'));
  expect(result.open).toEqual(open);
});

test('what a note says that a library opens stays', async () => {
  const { stays } = await minimal(
    { 'srv/app': elfFile({ needed: ['libnoted.so.1', 'libodd.so.1'] }) },
    APP,
  );

  expect(stays(`${LIB}/libz.so.1`)).toBe(true);
});

test.each<readonly [what: string, strings: readonly string[], more: Files, config: object]>([
  ['a pattern with a version', ['libz.so.%d'], {}, {}],
  ['a pattern and a name', ['lib%s.so.%d', 'z'], {}, {}],
  ['settings in /etc', ['/etc/app.conf'], { 'etc/app.conf': '# x\nplugin = libz.so.1\n' }, {}],
  ['settings in a folder', ['/etc/app.d'], { 'etc/app.d/a.json': '{"load": "libz.so.1"}' }, {}],
  ['a variable', ['PLUGIN'], {}, { Env: ['PLUGIN=libz.so.1'] }],
  ['an argument', [], {}, { Cmd: ['/srv/app', '--load=libz.so.1'] }],
])('a program opens the library that %s names', async (_, strings, more, config) => {
  const files = { 'srv/app': program(['dlopen', ...strings]), ...more };

  expect((await minimal(files, { ...APP, ...config })).stays(`${LIB}/libz.so.1`)).toBe(true);
});

test.each<readonly [what: string, strings: readonly string[], more: Files, config: object]>([
  ['a name of two letters', ['%s -n 1', 'jq'], {}, {}],
  ['a line for a shell', ['echo 1 | jq .'], {}, {}],
  ['a path to be filled in', ['/opt/app/run-%s'], { 'opt/app/run-jq': '-> /usr/bin/jq' }, {}],
  ['settings in /etc', ['/etc/app.conf'], { 'etc/app.conf': 'tool: jq -n 1\n' }, {}],
  ['a variable', ['TOOL'], {}, { Env: ['TOOL=jq'] }],
])('a program starts what %s names', async (_, strings, more, config) => {
  const files = { 'srv/app': program(['execvp', ...strings]), ...more };
  const { stays } = await minimal(files, { ...APP, ...config });

  expect(stays('usr/bin/jq')).toBe(true);
  expect(stays('usr/bin/gawk')).toBe(false);
});

test('a path that leads to no program does not tell what is started', async () => {
  const { open } = await minimal(
    { 'srv/app': program(['execvp', '/etc/app.conf']), 'etc/app.conf': 'x\n' },
    APP,
  );

  expect(open).toEqual(['/srv/app: a program by a computed name']);
});

test('a library of npm or pip means no program of the distribution by a mere word', async () => {
  const strings = ['posix_spawn', 'gawk', 'jq -n 1', '/bin/sh'];
  const library = 'srv/node_modules/fast/build/Release/fast.node';
  const tool = 'srv/node_modules/fast/bin/fast';
  const own = { 'srv/app': program(), [library]: elfFile({ strings }) };

  const { stays, open } = await minimal(own, APP);
  expect(['bin/sh', 'usr/bin/jq', 'usr/bin/gawk'].filter(stays)).toEqual(['bin/sh', 'usr/bin/jq']);
  expect(open).toEqual([`/${library}: programs that its strings name (covered)`]);
  const withTool = await minimal({ [tool]: program(strings) }, { Cmd: [`/${tool}`] });
  expect(withTool.stays('usr/bin/gawk')).toBe(true);
});

test.each([
  ['execv', 'code in C that is linked with it', ['usr/bin/gawk']],
  ['execvp', 'Rust itself, whose texts have no ends', []],
])('in a program with parts in Rust, %s is called by %s', async (call, _, stay) => {
  skipWithout('gcc');
  const source = join(tempFolder(), 'app.c');
  writeFileSync(
    source,
    `#include <unistd.h>
const char *panics = "/rustc/0123abc/library/std/src/panic.rs";
char *const name = "gawk";
int main(int count, char **args) { return ${call}(args[1] ? panics : name, args); }`,
  );
  execFileSync('gcc', ['-O1', '-o', `${source}.out`, source]);
  const { stays } = await minimal({ 'srv/app': readFileSync(`${source}.out`) }, APP);

  expect(['usr/bin/gawk'].filter(stays)).toEqual(stay);
});

test.each<[string, string, string, readonly string[]]>([
  ['a shell', 'a.js', "spawn('sh', ['-c', 'j' + 'q -n'])", []],
  ['a wrapper', 'a.js', "execFileSync('env', ['A=b', 'j' + 'q'])", []],
  ['a shell in one list', 'a.py', 'subprocess.run(["sh", "-c", "j" + "q -n"])', []],
  [
    'a shell whose name is its first argument, too',
    'a.py',
    'os.execvp("sh", ["sh", "-c", "j" + "q"])',
    [],
  ],
  [
    'a shell with words that nobody knows',
    'a.py',
    'subprocess.run(["sh", "-c", line])',
    ['srv/a.py, line 2: …'],
  ],
  [
    'a shell in a list that nobody knows',
    'a.py',
    'subprocess.run(["sh", *words])',
    ['srv/a.py, line 2: …'],
  ],
])('what a source has started by %s', async (_, file, text, expected) => {
  const { stays, open } = await minimal(
    { 'srv/app': `#!/bin/sh\nexec /srv/${file}\n`, [`srv/${file}`]: `#!/bin/sh\n${text}\n` },
    APP,
  );
  if (expected.length === 0) expect(stays('usr/bin/jq')).toBe(true);
  expect(
    open.filter((each) => each.startsWith(`/srv/${file}`) || each.startsWith(`srv/${file}`)),
  ).toEqual(expected.map((each) => expect.stringContaining(each)));
});

test('code on a command line, and in a here-document, starts programs by names that it puts together', async () => {
  const { stays, open } = await minimal(
    {
      'srv/app':
        '#!/bin/sh\nnode -e "require(\'child_process\').execFileSync(\'j\' + \'q\')"\npython3 - <<E\nimport os\nos.system("ga" + "wk")\nE\n',
      'usr/bin/node': program(),
      'usr/bin/python3': program(),
    },
    APP,
  );
  expect(stays('usr/bin/jq')).toBe(true);
  expect(stays('usr/bin/gawk')).toBe(true);
  expect(open.filter((each) => !each.endsWith(' (covered)'))).toEqual([]);
});

test.each([
  ['asks the kernel by itself', 'ask', ['/srv/app: a program by a computed name']],
  ['names all that it starts', 'system', []],
])('a program in C that %s', async (_, call, expected) => {
  skipWithout('gcc');
  const source = join(tempFolder(), 'app.c');
  writeFileSync(
    source,
    `#include <stdlib.h>
int ask(char *name) {
  long answer;
  __asm__ volatile("syscall" : "=a"(answer) : "a"(59L), "D"(name) : "rcx", "r11", "memory");
  return answer;
}
int main(int count, char **args) { system("jq -n 1"); return ${call === 'ask' ? 'ask(args[count])' : 'count'}; }`,
  );
  // Without what nobody calls.
  const flags = ['-O1', '-ffunction-sections', '-Wl,--gc-sections'];
  execFileSync('gcc', [...flags, '-o', `${source}.out`, source]);
  const { stays, open } = await minimal({ 'srv/app': readFileSync(`${source}.out`) }, APP);

  expect(stays('usr/bin/jq')).toBe(true);
  expect(open).toEqual(expected);
});
