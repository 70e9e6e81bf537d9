import { describe, expect, test } from 'vitest';
import { showPlace } from '../../src/graph/place.ts';
import { showChain } from '../../src/graph/show-chain.ts';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const LIB = 'usr/lib/x86_64-linux-gnu';
const LOADER = '/lib64/ld-linux-x86-64.so.2';
const LIBC: DpkgPackage = {
  name: 'libc6',
  files: {
    [`${LIB}/libc.so.6`]: elfFile(),
    [`${LIB}/libnss_files.so.2`]: elfFile(),
    [`${LIB}/gconv/UTF-16.so`]: elfFile(),
    'lib64/ld-linux-x86-64.so.2': elfFile(),
    'usr/share/doc/libc6/copyright': 'LGPL',
  },
};
const DASH: DpkgPackage = {
  name: 'dash',
  files: { 'bin/sh': program() },
  essential: true,
};
/** The shell's `#!` in a file with the mode of a program. */
const PROGRAM_IN_SHELL = '#!/bin/sh\nexit 0\n';
const COREUTILS: DpkgPackage = {
  name: 'coreutils',
  files: { 'usr/bin/cat': program(), 'usr/bin/sort': program(), 'usr/bin/env': program() },
  essential: true,
};

function program(
  strings: readonly string[] = [],
  needed: readonly string[] = ['libc.so.6'],
): Buffer {
  return elfFile({ needed, interpreter: LOADER, strings });
}

interface Outcome {
  readonly gone: readonly string[];
  readonly stays: (path: string) => boolean;
  readonly removed: readonly string[];
  readonly open: readonly string[];
  readonly notes: readonly string[];
  readonly text: (path: string) => Promise<string | undefined>;
}

const minimal = async (
  packages: readonly DpkgPackage[],
  others: Files,
  config: object,
  options: { readonly keep?: readonly string[] } = {},
): Promise<Outcome> => {
  const files = dpkgFiles([LIBC, DASH, COREUTILS, ...packages], others);
  const { gone, judgement, text } = await judgeFiles(files, {
    config,
    level: 'minimal',
    ...options,
  });
  const { reach, removedPackages } = judgement;
  return {
    gone,
    stays: (path) => path in files && !gone.includes(path),
    removed: [...removedPackages.keys()].map(({ name }) => name).sort(),
    open: (reach?.open ?? []).map(
      ({ kind, place, word, isCovered }) =>
        `${showPlace(place)} ${kind} ${word}${isCovered ? ' (covered)' : ''}`,
    ),
    notes: judgement.notes,
    text,
  };
};

const CURL: DpkgPackage = {
  name: 'curl',
  files: { 'usr/bin/curl': program([], ['libcurl.so.4', 'libc.so.6']) },
  depends: 'libcurl4, libc6',
};
const LIBCURL: DpkgPackage = {
  name: 'libcurl4',
  files: {
    [`${LIB}/libcurl.so.4`]: elfFile({ needed: ['libc.so.6'] }),
    [`${LIB}/libcurl-extra.so`]: elfFile(),
  },
};
const VIM: DpkgPackage = {
  name: 'vim',
  files: { 'usr/bin/vim': program(), 'usr/share/vim/rc': 'x' },
};

test('what nothing leads to goes, with the records of its package', async () => {
  const result = await minimal(
    [CURL, LIBCURL, VIM],
    { 'srv/app': program() },
    { Cmd: ['/srv/app'] },
  );
  expect(result.removed).toEqual(['coreutils', 'curl', 'dash', 'libcurl4', 'vim']);
  expect(result.stays('srv/app')).toBe(true);
  for (const path of [`${LIB}/libc.so.6`, 'lib64/ld-linux-x86-64.so.2', `${LIB}/libnss_files.so.2`])
    expect(result.stays(path), path).toBe(true);
  expect(result.gone).toContain('usr/share/vim/rc');
  expect(result.gone).toContain('var/lib/dpkg/info/vim.list');
  expect(await result.text('var/lib/dpkg/status')).toMatch(/^Package: libc6\n/);
  expect(await result.text('var/lib/dpkg/status')).not.toContain('vim');
  expect(result.open).toEqual([]);
});

test('files of one package stay one by one, and its list names those', async () => {
  const result = await minimal(
    [CURL, LIBCURL],
    { 'start.sh': '#!/bin/sh\nexec curl -f http://db/\n' },
    { Cmd: ['/start.sh'] },
  );
  expect(result.stays('usr/bin/curl')).toBe(true);
  expect(result.stays(`${LIB}/libcurl.so.4`)).toBe(true);
  expect(result.stays(`${LIB}/libcurl-extra.so`)).toBe(false);
  expect(await result.text('var/lib/dpkg/info/libcurl4.list')).not.toContain('libcurl-extra.so');
  expect(result.removed).toEqual(['coreutils']);
});

test('what no package owns stays, and what it needs', async () => {
  const result = await minimal(
    [LIBCURL],
    {
      'srv/app': program(),
      'srv/plugins/fetch.so': elfFile({ needed: ['libcurl.so.4'] }),
      'srv/data.txt': 'x',
    },
    { Cmd: ['/srv/app'] },
  );
  for (const path of ['srv/data.txt', 'srv/plugins/fetch.so', `${LIB}/libcurl.so.4`])
    expect(result.stays(path), path).toBe(true);
});

test('symlinks and compiled files that no package owns go with what they were made of', async () => {
  const python: DpkgPackage = {
    name: 'tool',
    files: { 'usr/share/tool/a.py': 'x', 'usr/bin/tool': program() },
  };
  const result = await minimal(
    [python],
    {
      'srv/app': program(),
      'usr/share/tool/__pycache__/a.cpython-311.pyc': 'x',
      'usr/local/bin/t': '-> ../../bin/tool',
    },
    { Cmd: ['/srv/app'] },
  );
  expect(result.stays('usr/share/tool/__pycache__/a.cpython-311.pyc')).toBe(false);
  expect(result.stays('usr/local/bin/t')).toBe(false);
});

test('a symlink on the way to a program stays', async () => {
  const result = await minimal(
    [CURL, LIBCURL],
    { 'usr/local/bin/get': '-> ../../bin/curl' },
    { Cmd: ['get', 'http://db/'] },
  );
  expect(result.stays('usr/local/bin/get')).toBe(true);
  expect(result.stays('usr/bin/curl')).toBe(true);
});

test.each([
  ['a library among its strings', ['dlopen', 'libcurl.so.4'], `${LIB}/libcurl.so.4`],
  ['a command line', ['popen', 'curl -s'], 'usr/bin/curl'],
  ['a whole path', ['execve', '/usr/bin/curl'], 'usr/bin/curl'],
  ['a word, where no package owns the program', ['execvp', 'curl'], 'usr/bin/curl'],
])('a program uses %s', async (_, strings, path) => {
  const result = await minimal(
    [CURL, LIBCURL],
    { 'srv/app': program(strings) },
    { Cmd: ['/srv/app'] },
  );
  expect(result.stays(path)).toBe(true);
});

test('a word of a packaged program names what its package depends on, and nothing else', async () => {
  const server = (depends: string): DpkgPackage => ({
    name: 'server',
    files: { 'usr/sbin/server': program(['execvp', 'curl', 'vim']) },
    depends,
  });
  const config = { Cmd: ['/usr/sbin/server'] };
  const result = await minimal([server('curl'), CURL, LIBCURL, VIM], {}, config);
  expect(result.stays('usr/bin/curl')).toBe(true);
  expect(result.stays('usr/bin/vim')).toBe(false);
});

test('codes of two letters are no programs, though one has the name of some', async () => {
  const SU: DpkgPackage = { name: 'login', files: { 'usr/bin/su': program() } };
  const library = (strings: readonly string[]): DpkgPackage => ({
    name: 'libwords',
    files: { [`${LIB}/libwords.so.1`]: elfFile({ strings: ['execvp', ...strings] }) },
    depends: 'login',
  });
  const stays = async (strings: readonly string[], isOwned: boolean): Promise<boolean> => {
    const app = { 'srv/app': program(isOwned ? [] : ['execvp', ...strings], ['libwords.so.1']) };
    const packages = [library(isOwned ? strings : []), SU];
    return (await minimal(packages, app, { Cmd: ['/srv/app'] })).stays('usr/bin/su');
  };
  const languages = ['he', 'iw', 'id', 'sr', 'su', 'fi', 'catalan'];
  expect(await stays(languages, true)).toBe(false);
  expect(await stays([...languages, 'root', 'login', 'user', 'shell', 'su'], true)).toBe(true);
  // Other programs beside it are no codes.
  expect(await stays(['sh', 'cat', 'su', 'env', 'sort'], true)).toBe(true);
  expect(await stays(languages, false)).toBe(true);
});

test('what a program can neither start nor open is only text', async () => {
  const result = await minimal(
    [CURL, LIBCURL],
    { 'srv/app': program(['curl', 'libcurl.so.4']) },
    { Cmd: ['/srv/app'] },
  );
  expect(result.removed).toContain('curl');
  expect(result.open).toEqual([]);
});

test('a library or program by a name that nobody knows leaves it open', async () => {
  const app = { 'srv/app': program(['dlopen', 'execvp']) };
  const { open } = await minimal([], app, { Cmd: ['/srv/app'] });
  expect(open).toEqual([
    '/srv/app loads a library by a computed name',
    '/srv/app starts a program by a computed name',
  ]);
});

const NODE: DpkgPackage = {
  name: 'nodejs',
  files: { 'usr/bin/node': program(), 'usr/share/nodejs/semver/index.js': '1' },
};
const PYTHON: DpkgPackage = {
  name: 'python3',
  files: {
    'usr/bin/python3': program(),
    'usr/lib/python3/dist-packages/magic.py': 'x = 1',
    'usr/lib/python3.11/os.py': 'x = 1',
  },
  depends: 'libmagic1',
};
const MAGIC: DpkgPackage = { name: 'libmagic1', files: { [`${LIB}/libmagic.so.1`]: elfFile() } };

test.each<[title: string, files: Files, cmd: readonly string[], open: readonly string[]]>([
  [
    'spawn in JavaScript',
    { 'srv/a.js': "const { spawn } = require('child_process');\nspawn(process.env.TOOL, []);\n" },
    ['node', '/srv/a.js'],
    ['/srv/a.js, line 2 starts spawn(process.env.TOOL'],
  ],
  [
    'require in JavaScript',
    { 'srv/a.js': 'const name = process.argv[2];\nrequire(name);\n' },
    ['node', '/srv/a.js'],
    ['/srv/a.js, line 2 loads require(name (covered)'],
  ],
  [
    'subprocess in Python',
    { 'srv/a.py': 'import subprocess, sys\nsubprocess.run([sys.argv[1]])\n' },
    ['python3', '/srv/a.py'],
    ['/srv/a.py, line 2 starts subprocess.run([sys.argv[1]]'],
  ],
  [
    'importlib in Python',
    { 'srv/a.py': 'import importlib, os\nimportlib.import_module(os.environ["M"])\n' },
    ['python3', '/srv/a.py'],
    ['/srv/a.py, line 2 loads import_module(os.environ["M"] (covered)'],
  ],
  [
    'ctypes in Python',
    { 'srv/a.py': 'import ctypes, os\nctypes.CDLL(os.environ["L"])\n' },
    ['python3', '/srv/a.py'],
    ['/srv/a.py, line 2 loads CDLL(os.environ["L"]'],
  ],
  [
    'eval in a shell script',
    { 'start.sh': '#!/bin/sh\nread line\neval "$line"\n' },
    ['/start.sh'],
    ['/start.sh, line 3 starts …'],
  ],
])('%s by a computed name is found with its line', async (_, files, cmd, expected) => {
  const { open } = await minimal([NODE, PYTHON, MAGIC], files, { Cmd: cmd });
  const own = open.filter((line) => line.startsWith('/s'));
  expect(own).toEqual(expected);
});

test('an interpreter keeps all packages of its language, and the libraries that these depend on', async () => {
  const result = await minimal(
    [NODE, PYTHON, MAGIC],
    { 'srv/a.py': 'import os\n' },
    { Cmd: ['python3', '/srv/a.py'] },
  );
  expect(result.stays('usr/lib/python3/dist-packages/magic.py')).toBe(true);
  expect(result.stays(`${LIB}/libmagic.so.1`)).toBe(true);
  expect(result.stays('usr/share/nodejs/semver/index.js')).toBe(false);
  expect(result.open).toEqual([
    '/usr/bin/python3 loads modules that code names while it runs (covered)',
  ]);
});

describe('packages that a distribution installs for Node', () => {
  const node = (name: string, depends?: string): DpkgPackage => ({
    name: `node-${name}`,
    files: {
      [`usr/share/nodejs/${name}/index.js`]: '1',
      [`usr/share/nodejs/${name}/lib/a.js`]: '1',
    },
    ...(depends !== undefined && { depends }),
  });
  const packages = [
    { ...NODE, files: { 'usr/bin/node': program() }, depends: 'node-acorn' },
    node('acorn'),
    node('express', 'node-qs'),
    node('qs'),
    node('semver'),
  ];
  const stay = async (files: Files): Promise<string[]> => {
    const { stays } = await minimal(packages, files, { Cmd: ['node', '/srv/app.js'] });
    return ['acorn', 'express', 'qs', 'semver'].filter((name) =>
      stays(`usr/share/nodejs/${name}/lib/a.js`),
    );
  };

  test('stay where Node itself uses them', async () => {
    expect(await stay({ 'srv/app.js': 'console.log(1)' })).toEqual(['acorn']);
  });

  test('stay where code names them, with what they depend on', async () => {
    expect(await stay({ 'srv/app.js': "const app = require('express')()" })).toEqual([
      'acorn',
      'express',
      'qs',
    ]);
  });

  test('go where the application has its own', async () => {
    expect(
      await stay({
        'srv/app.js': "import express from 'express'",
        'srv/node_modules/express/index.js': '1',
      }),
    ).toEqual(['acorn']);
  });

  test('stay all where code makes names up', async () => {
    expect(await stay({ 'srv/app.js': 'require(process.argv[2])' })).toEqual([
      'acorn',
      'express',
      'qs',
      'semver',
    ]);
  });
});

test('a package of a language keeps the data packages that it depends on', async () => {
  const plot: DpkgPackage = {
    name: 'python3-plot',
    files: { 'usr/lib/python3/dist-packages/plot.py': "FONTS = '/usr/share/' + NAME" },
    depends: 'python-plot-data, plot-tools',
  };
  const data: DpkgPackage = { name: 'python-plot-data', files: { 'usr/share/plot/font.ttf': 'x' } };
  const tools: DpkgPackage = {
    name: 'plot-tools',
    files: { 'usr/bin/plot': program(), 'usr/share/plot-tools/help': 'x' },
  };
  const result = await minimal(
    [PYTHON, MAGIC, plot, data, tools],
    { 'srv/a.py': 'import plot\n' },
    { Cmd: ['python3', '/srv/a.py'] },
  );
  expect(result.stays('usr/share/plot/font.ttf')).toBe(true);
  expect(result.stays('usr/share/plot-tools/help')).toBe(false);
});

test('--keep adds to what is used', async () => {
  const result = await minimal(
    [CURL, LIBCURL],
    { 'srv/app': program() },
    { Cmd: ['/srv/app'] },
    { keep: ['/usr/bin/curl'] },
  );
  expect(result.stays(`${LIB}/libcurl.so.4`)).toBe(true);
});

test.each([
  ['nothing to start', {}, 'its config starts nothing'],
  ['a shell', { Cmd: ['sh'] }, 'it starts sh, which runs whatever it is told'],
  [
    'a program that is not there',
    { Cmd: ['/srv/late'] },
    'what it starts, /srv/late, is not in it',
  ],
  [
    'an installer',
    { Cmd: ['sh', '-c', 'apt-get install -y vim && exec /srv/app'] },
    'it installs packages when it runs: apt-get install -y vim',
  ],
])('with %s it does what lean does', async (_, config, reason) => {
  const result = await minimal([VIM], { 'srv/app': program() }, config);
  expect(result.stays('usr/bin/vim')).toBe(true);
  expect(result.notes).toContain(`minimal does what lean does: ${reason}`);
});

test('settings of a package that stays, and its licence, stay', async () => {
  const server: DpkgPackage = {
    name: 'server',
    files: {
      'usr/sbin/server': program(),
      'usr/share/server/big.dat': 'x',
      'etc/default/server': 'x',
      'usr/share/doc/server/copyright': 'MIT',
    },
  };
  const result = await minimal([server, VIM], {}, { Cmd: ['/usr/sbin/server'] });
  expect(result.stays('etc/default/server')).toBe(true);
  expect(result.stays('usr/share/doc/server/copyright')).toBe(true);
  expect(result.stays('usr/share/server/big.dat')).toBe(false);
});

test('a folder that a program names stays as a whole where few packages fill it', async () => {
  const server: DpkgPackage = {
    name: 'server',
    files: {
      'usr/sbin/server': program(['/usr/lib/server/plugins', '/usr/share/doc']),
      'usr/lib/server/plugins/a.so': elfFile({ needed: ['libcurl.so.4'] }),
    },
  };
  const result = await minimal([server, LIBCURL], {}, { Cmd: ['/usr/sbin/server'] });
  expect(result.stays('usr/lib/server/plugins/a.so')).toBe(true);
  expect(result.stays(`${LIB}/libcurl.so.4`)).toBe(true);
});

test('a library for another machine is none, though it has the name', async () => {
  const old: DpkgPackage = {
    name: 'libcurl4-i386',
    files: { 'usr/lib32/libcurl.so.4': elfFile({ machine: 3 }) },
  };
  const app = { 'srv/app': program([], ['libcurl.so.4']) };
  const result = await minimal([LIBCURL, old], app, { Cmd: ['/srv/app'] });
  expect(result.stays(`${LIB}/libcurl.so.4`)).toBe(true);
  expect(result.stays('usr/lib32/libcurl.so.4')).toBe(false);
});

test('the links on the way to a program stay that strings name by a whole path', async () => {
  const shell: DpkgPackage = {
    name: 'mksh',
    files: { 'bin/mksh': program(), 'bin/ksh': '-> mksh' },
  };
  const app = { 'srv/app': program(['execve', '/bin/ksh']) };
  const result = await minimal([shell], app, { Cmd: ['/srv/app'] });
  expect(result.stays('bin/mksh')).toBe(true);
  expect(result.stays('bin/ksh')).toBe(true);
});

test('scripts by which packages were installed lead to nothing', async () => {
  const result = await minimal(
    [],
    { 'srv/app': program(), 'var/lib/dpkg/info/libc6.postinst': PROGRAM_IN_SHELL },
    { Cmd: ['/srv/app'] },
  );
  expect(result.removed).toContain('dash');
  expect(result.stays('var/lib/dpkg/info/libc6.postinst')).toBe(true);
});

test('programs that one was built with are not those that it starts', async () => {
  const options = ` '--prefix=/usr' 'CURL=/usr/bin/curl' '--with-pager=/usr/bin/vim'`;
  const app = { 'srv/app': program(['execve', options]) };
  const result = await minimal([CURL, LIBCURL, VIM], app, { Cmd: ['/srv/app'] });
  expect(result.stays('usr/bin/curl')).toBe(false);
  expect(result.stays('usr/bin/vim')).toBe(true);
});

test('a library that opens others by computed names finds those of its package and of what that depends on', async () => {
  const libc: DpkgPackage = {
    ...LIBC,
    files: { ...LIBC.files, [`${LIB}/libmvec.so.1`]: elfFile() },
  };
  const plugins: DpkgPackage = {
    name: 'libxml2',
    files: { [`${LIB}/libxml2.so.2`]: elfFile({ strings: ['dlopen'] }) },
    depends: 'libcurl4, libc6',
  };
  const app = { 'srv/app': program([], ['libxml2.so.2']) };
  const result = await minimal([libc, LIBCURL, plugins], app, { Cmd: ['/srv/app'] });
  expect(result.stays(`${LIB}/libcurl-extra.so`)).toBe(true);
  expect(result.stays(`${LIB}/libmvec.so.1`)).toBe(false);
});

test('texts of messages stay in the language that the image asks for, with the program that shows them', async () => {
  const curl: DpkgPackage = {
    ...CURL,
    files: {
      ...CURL.files,
      'usr/share/locale/de/LC_MESSAGES/curl.mo': 'x',
      'usr/share/locale/fr/LC_MESSAGES/curl.mo': 'x',
    },
    recommends: 'curl-l10n',
  };
  const more: DpkgPackage = {
    name: 'curl-l10n',
    files: { 'usr/share/locale/de/LC_MESSAGES/libcurl.mo': 'x' },
  };
  const vim: DpkgPackage = {
    name: 'vim',
    files: { 'usr/share/locale/de/LC_MESSAGES/vim.mo': 'x' },
  };
  const config = { Cmd: ['curl', 'http://db/'], Env: ['LANG=de_DE.UTF-8'] };
  const result = await minimal([curl, more, LIBCURL, vim], {}, config);
  expect(
    ['de/LC_MESSAGES/curl', 'fr/LC_MESSAGES/curl', 'de/LC_MESSAGES/libcurl', 'de/LC_MESSAGES/vim']
      .map((name) => `usr/share/locale/${name}.mo`)
      .map(result.stays),
  ).toEqual([true, false, true, false]);
});

test('answers that debconf remembers go with it', async () => {
  const debconf: DpkgPackage = {
    name: 'debconf',
    files: { 'usr/bin/debconf': program(), 'var/cache/debconf': null },
  };
  const stay = async (config: object): Promise<boolean> => {
    const answers = { 'srv/app': program(), 'var/cache/debconf/templates.dat': 'x' };
    return (await minimal([debconf], answers, config)).stays('var/cache/debconf/templates.dat');
  };
  expect(await stay({ Cmd: ['/srv/app'] })).toBe(false);
  expect(await stay({ Cmd: ['debconf', '/srv/app'] })).toBe(true);
});

test('a text of a package means no program of another by a word', async () => {
  const script = '#!/bin/sh\necho "vim is free software"\ncurl -f http://db/ || echo no curl\n';
  const server = (depends: string): DpkgPackage => ({
    name: 'server',
    files: { 'usr/sbin/server': Buffer.from(script) },
    depends,
  });
  const config = { Cmd: ['/usr/sbin/server'] };
  const result = await minimal([server('dash'), CURL, LIBCURL, VIM], {}, config);
  expect(result.stays('usr/bin/curl')).toBe(true);
  expect(result.stays('usr/bin/vim')).toBe(false);
  const related = await minimal([server('vim'), CURL, LIBCURL, VIM], {}, config);
  expect(related.stays('usr/bin/vim')).toBe(true);
});

test('a library that starts nothing tells programs of other packages by their paths', async () => {
  const magic = (strings: readonly string[]): DpkgPackage => ({
    name: 'libmagic1',
    files: { [`${LIB}/libmagic.so.1`]: elfFile({ strings }) },
  });
  const app = { 'srv/app': program([], ['libmagic.so.1']) };
  const stays = async (strings: readonly string[]): Promise<boolean> =>
    (await minimal([magic(strings), VIM], app, { Cmd: ['/srv/app'] })).stays('usr/bin/vim');
  expect(await stays(['#!/usr/bin/vim'])).toBe(false);
  expect(await stays(['execve', '/usr/bin/vim'])).toBe(true);
});

test('a program goes that a family says a library does without', async () => {
  const gio: DpkgPackage = {
    name: 'libglib2.0-0',
    files: { [`${LIB}/libgio-2.0.so.0`]: elfFile({ strings: ['execve', 'update-mime-database'] }) },
    recommends: 'shared-mime-info',
  };
  const mime: DpkgPackage = {
    name: 'shared-mime-info',
    files: { 'usr/bin/update-mime-database': program() },
  };
  const app = { 'srv/app': program([], ['libgio-2.0.so.0']) };
  const result = await minimal([gio, mime], app, { Cmd: ['/srv/app'] });
  expect(result.stays('usr/bin/update-mime-database')).toBe(false);
});

test('what a program that is not there would start leaves nothing open', async () => {
  const script = '#!/bin/sh\nsystemctl start "$1"\nservice "$1" start\n';
  const systemctl: DpkgPackage = { name: 'service', files: { 'usr/sbin/service': program() } };
  const { open } = await minimal([systemctl], { 'start.sh': script }, { Cmd: ['/start.sh', 'x'] });
  expect(open.filter((line) => line.startsWith('/start.sh'))).toEqual([]);
  const unknown = script.replaceAll('"$1"', '"$(cat /run/which)"');
  const other = await minimal([systemctl], { 'start.sh': unknown }, { Cmd: ['/start.sh'] });
  expect(other.open.filter((line) => line.startsWith('/start.sh'))).toEqual([
    '/start.sh, line 3 starts /etc/init.d/…',
    '/start.sh, line 3 starts …',
  ]);
});

test('a source of another language is no shell script, whatever takes it', async () => {
  const text = Buffer.from('// vim could not be found, and curl ignores it\nmodule.exports = 1;\n');
  const result = await minimal(
    [CURL, LIBCURL, VIM],
    { 'usr/local/bin/bundle-up': program(), 'srv/lib/page.js': text },
    { Cmd: ['bundle-up', '/srv/lib/page.js'] },
  );
  expect(result.stays('usr/bin/vim')).toBe(false);
  expect(result.stays('usr/bin/curl')).toBe(false);
});

test('what a program costs is what nothing else leads to', async () => {
  const wget: DpkgPackage = {
    name: 'wget',
    files: { 'usr/bin/wget': program([], ['libcurl.so.4', 'libc.so.6']) },
  };
  const costsWith = async (script: string): Promise<unknown> => {
    const files = dpkgFiles([LIBC, DASH, CURL, LIBCURL, wget], { 'start.sh': script });
    const { judgement } = await judgeFiles(files, {
      config: { Cmd: ['/start.sh'] },
      level: 'minimal',
    });
    return (
      judgement.reach?.costs
        // The C library opens its modules in any image.
        .filter(({ program: { name } }) => !/^sh$|\.so/.test(name))
        .map(({ program: { name }, files: count }) => `${name} ${count}`)
    );
  };
  expect(await costsWith('#!/bin/sh\nexec curl http://db/\n')).toEqual(['curl 2']);
  expect(await costsWith('#!/bin/sh\ncurl http://a/ && wget http://b/\n')).toEqual([
    'curl 1',
    'wget 1',
  ]);
});

test('the shortest way to a file is told', async () => {
  const files = dpkgFiles([LIBC, CURL, LIBCURL], {
    'start.sh': '#!/bin/sh\nexec curl -f http://db/\n',
  });
  const { judgement } = await judgeFiles(files, {
    config: { Cmd: ['/start.sh'] },
    level: 'minimal',
  });
  const { facts, reach } = judgement;
  const library = facts.packages.list
    .flatMap((each) => each.files)
    .find(({ name }) => name === 'libcurl.so.4');
  expect(library && showChain(reach?.chainTo(library) ?? [])).toBe(
    `cmd of the config starts /start.sh; line 2 starts /usr/bin/curl; it loads /${LIB}/libcurl.so.4`,
  );
});

test('all links to one program stay by which a script starts it', async () => {
  const redis: DpkgPackage = {
    name: 'redis',
    files: {
      'usr/bin/check': program(),
      'usr/bin/server': '-> check',
      'usr/bin/sentinel': '-> check',
      'usr/bin/other': '-> check',
    },
  };
  const result = await minimal(
    [redis],
    { 'start.sh': '#!/bin/sh\nserver a\nsentinel b\n' },
    { Cmd: ['/start.sh'] },
  );
  expect(result.stays('usr/bin/server')).toBe(true);
  expect(result.stays('usr/bin/sentinel')).toBe(true);
  expect(result.stays('usr/bin/other')).toBe(false);
});

test('a program from which SQL copies is started', async () => {
  const result = await minimal(
    [VIM, { name: 'psql', files: { 'usr/bin/psql': program() } }],
    { 'start.sh': '#!/bin/sh\nask() { psql -c "$1"; }\nask "copy t from program \'vim -s x\'"\n' },
    { Cmd: ['/start.sh'] },
  );
  expect(result.stays('usr/bin/vim')).toBe(true);
});
