import { describe, expect, test } from 'vitest';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files, type Verdict } from '../support/fact-image.ts';

const LIBC: DpkgPackage = {
  name: 'libc6',
  files: { 'usr/lib/x86_64-linux-gnu/libc.so.6': elfFile() },
};
const MAKE: DpkgPackage = {
  name: 'make',
  files: {
    'usr/bin/make': elfFile({ needed: ['libc.so.6'] }),
    'usr/share/doc/make/copyright': 'GPL',
  },
  depends: 'libc6 (>= 2.34)',
};
const GCC: DpkgPackage = {
  name: 'gcc-12',
  files: {
    'usr/bin/gcc-12': elfFile(),
    'usr/lib/gcc/x/cc1': elfFile({ needed: ['libisl.so.23'] }),
  },
  depends: 'cpp-12, libisl23, libc6',
};
const ISL: DpkgPackage = {
  name: 'libisl23',
  files: { 'usr/lib/x86_64-linux-gnu/libisl.so.23': elfFile() },
  auto: true,
};
const CPP: DpkgPackage = { name: 'cpp-12', files: { 'usr/bin/cpp-12': elfFile() } };
const TOOLS = [LIBC, MAKE, GCC, ISL, CPP];

const judge = (
  packages: readonly DpkgPackage[],
  others: Files = {},
  options: Parameters<typeof judgeFiles>[1] = {},
): Promise<Verdict> => judgeFiles(dpkgFiles(packages, others), options);

const removed = ({ judgement }: Verdict): string[] =>
  [...judgement.removedPackages.keys()].map(({ name }) => name).sort();

test('build-only packages go as a whole: files, licences, records', async () => {
  const result = await judge(TOOLS);
  expect(removed(result)).toEqual(['cpp-12', 'gcc-12', 'libisl23', 'make']);
  expect(result.gone).toEqual([
    'usr/bin/cpp-12',
    'usr/bin/gcc-12',
    'usr/bin/make',
    'usr/lib/gcc/x/cc1',
    'usr/lib/x86_64-linux-gnu/libisl.so.23',
    'usr/share/doc/make/copyright',
    ...['cpp-12', 'gcc-12', 'libisl23', 'make'].flatMap((name) => [
      `var/lib/dpkg/info/${name}.list`,
      `var/lib/dpkg/info/${name}.md5sums`,
    ]),
  ]);
  expect(result.why('usr/bin/make')).toMatch(/^package make: The programs are compiled/);
});

test('the package database forgets removed packages and nothing else', async () => {
  const { text } = await judge(TOOLS);
  expect(await text('var/lib/dpkg/status')).toBe(
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\nDescription: short\n and long.\n\n',
  );
  expect(await text('var/lib/apt/extended_states')).toBe('');
});

test.each([
  ['as-they-are', undefined],
  [
    'trimmed',
    '/.\n/usr\n/usr/bin\n/usr/bin/make\n/usr/share\n/usr/share/doc\n/usr/share/doc/make\n',
  ],
] as const)('lists of packages that stay are %s', async (lists, expected) => {
  const drop = ['/usr/share/doc/make/**'];
  const files = { 'etc/ld.so.cache': 'damaged' };
  const { text, judgement } = await judge([MAKE], files, { level: 'safe', drop, lists });
  expect(await text('var/lib/dpkg/info/make.list')).toBe(expected);
  expect(judgement.inventory.lost).toEqual([]);
  expect(judgement.notes).toEqual(
    lists === 'trimmed' ? [expect.stringContaining('/etc/ld.so.cache stays as it is')] : [],
  );
});

test('no package goes at safe', async () => {
  const result = await judge(TOOLS, {}, { level: 'safe' });
  expect(removed(result)).toEqual([]);
  expect(result.gone).toEqual([]);
  expect(await result.text('var/lib/dpkg/status')).toBeUndefined();
});

describe('a package that is needed stays, with all it needs:', () => {
  const GCC_NEEDS = ['make'];
  test.each<[string, Files, object, readonly string[]]>([
    [
      'a library, by a program of the application',
      { 'srv/app': elfFile({ needed: ['libisl.so.23'] }) },
      {},
      ['cpp-12', 'gcc-12', 'make'],
    ],
    [
      'a library that Python finds by its name',
      { 'srv/app.py': "ctypes.CDLL(ctypes.util.find_library('isl'))\n" },
      {},
      ['cpp-12', 'gcc-12', 'make'],
    ],
    [
      'a library that Ruby opens by its file name',
      { 'srv/app.rb': 'extend FFI::Library\nffi_lib "libisl.so.23"\n' },
      {},
      ['cpp-12', 'gcc-12', 'make'],
    ],
    [
      'a library that a program opens',
      { 'srv/app': Buffer.concat([elfFile(), Buffer.from('dlopen\0libisl.so.23\0')]) },
      {},
      ['cpp-12', 'gcc-12', 'make'],
    ],
    [
      'an interpreter of ELF',
      { 'srv/app': elfFile({ interpreter: '/usr/bin/make' }) },
      {},
      ['cpp-12', 'gcc-12', 'libisl23'],
    ],
    [
      'the interpreter of a script',
      { 'srv/run': '#!/usr/bin/make -f\nall:\n' },
      {},
      ['cpp-12', 'gcc-12', 'libisl23'],
    ],
    [
      'an interpreter by env',
      { 'srv/run': '#!/usr/bin/env -S make -f\nall:\n' },
      {},
      ['cpp-12', 'gcc-12', 'libisl23'],
    ],
    [
      'the target of a link',
      { 'usr/local/bin/build': '-> ../../bin/make' },
      {},
      ['cpp-12', 'gcc-12', 'libisl23'],
    ],
    ['the command of the config', {}, { config: { Cmd: ['gcc-12', 'x.c'] } }, []],
    ['a word of a shell line', {}, { config: { Cmd: ['sh', '-c', 'make run'] } }, []],
    ['what the user keeps', {}, { keep: ['/usr/bin/gcc-12'] }, GCC_NEEDS],
    [
      'a compiler a source calls',
      { 'srv/app.py': 'import subprocess\nsubprocess.run(["gcc", "x.c"])\n' },
      {},
      [],
    ],
    ['a compiler a shell script calls', { 'srv/run.sh': 'cd /x && make -j2\n' }, {}, []],
    [
      'a compiler that a just-in-time library calls',
      { 'usr/lib/python3/dist-packages/triton/a.py': '' },
      {},
      [],
    ],
  ])('%s', async (_, others, options, expected) => {
    expect(removed(await judge(TOOLS, others, options))).toEqual(expected);
  });

  test('unless a word merely happens to name a library', async () => {
    const others = { 'srv/app.py': "unit = 'isl'\n" };
    expect(removed(await judge(TOOLS, others))).toEqual(['cpp-12', 'gcc-12', 'libisl23', 'make']);
  });

  test.each<[string, Partial<DpkgPackage>, readonly string[]]>([
    ['by its name', { depends: 'make' }, ['cpp-12', 'gcc-12', 'libisl23']],
    ['before it is set up', { depends: 'libc6, gcc-12:any (>= 12)' }, ['make']],
    ['as one of two', { depends: 'nothing-here | make' }, ['cpp-12', 'gcc-12', 'libisl23']],
  ])('another package depends on it %s', async (_, more, expected) => {
    const app: DpkgPackage = { name: 'app', files: { 'usr/bin/app': 'x' }, ...more };
    expect(removed(await judge([...TOOLS, app]))).toEqual(expected);
  });

  test('unless a package that stays provides the same virtual package', async () => {
    const app: DpkgPackage = { name: 'app', files: {}, depends: 'c-compiler' };
    const gcc = { ...GCC, provides: 'c-compiler' };
    const other: DpkgPackage = { name: 'other', files: { 'opt/cc': 'x' }, provides: 'c-compiler' };
    expect(removed(await judge([LIBC, gcc, CPP, ISL, app]))).toEqual([]);
    expect(removed(await judge([LIBC, gcc, CPP, ISL, app, other]))).toEqual([
      'cpp-12',
      'gcc-12',
      'libisl23',
    ]);
  });

  test('if the system calls it essential', async () => {
    expect(removed(await judge([{ ...MAKE, essential: true }]))).toEqual([]);
  });

  test('and --explain says who needs it', async () => {
    const { why } = await judge(TOOLS, { 'srv/run': '#!/usr/bin/make -f\n' });
    expect(why('usr/bin/make')).toBe('package make stays: /srv/run needs it');
  });
});

test('a file of two packages stays while one of them does', async () => {
  const shared = { 'usr/share/x/both': '1' };
  const result = await judge([
    { ...MAKE, files: { ...MAKE.files, ...shared } },
    { name: 'app', files: shared },
  ]);
  expect(removed(result)).toEqual(['make']);
  expect(result.gone).not.toContain('usr/share/x/both');
});

test('paths of the database from before usr-merge lead to the same files', async () => {
  const make = { ...MAKE, files: { 'usr/lib/make-helper': 'x' } };
  const result = await judge([LIBC, make], {
    lib: '-> usr/lib',
    'var/lib/dpkg/info/make.list': '/.\n/lib\n/lib/make-helper\n',
    'usr/bin/app': '-> /lib/other',
    'usr/lib/other': 'x',
  });
  expect(result.gone).toContain('usr/lib/make-helper');
  expect(result.gone).not.toContain('lib');
});

describe('diversions', () => {
  const diversions = (by: string): Files => ({
    'var/lib/dpkg/diversions': `/usr/bin/make\n/usr/bin/make.real\n${by}\n`,
    'usr/bin/make.real': 'x',
  });

  test('are followed to where a file was moved', async () => {
    const app: DpkgPackage = { name: 'app', files: { 'usr/bin/make': 'wrapper' } };
    const result = await judge([{ ...MAKE }, app], diversions('app'));
    expect(result.gone).toContain('usr/bin/make.real');
    expect(result.gone).not.toContain('usr/bin/make');
  });

  test('keep the package that made them', async () => {
    expect(removed(await judge([MAKE], diversions('make')))).toEqual([]);
  });
});

describe('alternatives', () => {
  const ALTERNATIVES: Files = {
    'usr/bin/cc': '-> /etc/alternatives/cc',
    'etc/alternatives/cc': '-> /usr/bin/gcc-12',
    'var/lib/dpkg/alternatives/cc': 'auto\n/usr/bin/cc\n\n/usr/bin/gcc-12\n20\n\n',
  };

  test('without a choice left go with their packages', async () => {
    const result = await judge(TOOLS, ALTERNATIVES);
    expect(result.gone).toEqual(expect.arrayContaining(Object.keys(ALTERNATIVES)));
  });

  test('keep one of several choices', async () => {
    const record = 'auto\n/usr/bin/cc\n\n/usr/bin/gcc-12\n20\n/usr/bin/occ\n10\n\n';
    const other: DpkgPackage = { name: 'other', files: { 'usr/bin/occ': 'x' } };
    const result = await judge([...TOOLS, other], {
      ...ALTERNATIVES,
      'var/lib/dpkg/alternatives/cc': record,
    });
    expect(removed(result)).toEqual(['make']);
  });

  test('stay when something calls them', async () => {
    const result = await judge(TOOLS, { ...ALTERNATIVES, 'srv/x': '#!/usr/bin/cc -run\n' });
    expect(removed(result)).toEqual(['make']);
    expect(result.gone).not.toContain('usr/bin/cc');
  });
});

describe('a package that came with a removed package', () => {
  const DPKG_DEV: DpkgPackage = {
    name: 'dpkg-dev',
    files: { 'usr/bin/dpkg-x': 'x' },
    depends: 'perl',
  };
  const PERL: DpkgPackage = { name: 'perl', files: { 'usr/bin/perl': elfFile() }, auto: true };

  test('goes with it', async () => {
    expect(removed(await judge([DPKG_DEV, PERL]))).toEqual(['dpkg-dev', 'perl']);
  });

  test('stays when it was installed for itself', async () => {
    const { auto: _, ...manual } = PERL;
    expect(removed(await judge([DPKG_DEV, manual]))).toEqual(['dpkg-dev']);
  });

  test.each<[string, readonly DpkgPackage[], Files]>([
    ['a package recommends it', [{ name: 'app', files: {}, recommends: 'perl' }], {}],
    ['a script is written in it', [], { 'srv/x.pl': '#!/usr/bin/perl\nprint 1;\n' }],
    ['a source calls it', [], { 'srv/x.rb': 'system("perl -e 1")\n' }],
  ])('stays when %s', async (_, packages, others) => {
    expect(removed(await judge([DPKG_DEV, PERL, ...packages], others))).toEqual(['dpkg-dev']);
  });

  test('stays when it holds time zones or certificates', async () => {
    const tzdata: DpkgPackage = {
      name: 'tzdata',
      files: { 'usr/share/zoneinfo/Europe/Vienna': 'TZif' },
      auto: true,
    };
    const result = await judge([{ ...DPKG_DEV, depends: 'tzdata' }, tzdata]);
    expect(removed(result)).toEqual(['dpkg-dev']);
  });
});

describe('development libraries', () => {
  const DEV: DpkgPackage = {
    name: 'libfoo-dev',
    files: { 'usr/lib/x86_64-linux-gnu/libfoo.so': '-> libfoo.so.1', 'usr/include/foo.h': 'x' },
    depends: 'libfoo1',
  };
  const LIB: DpkgPackage = {
    name: 'libfoo1',
    files: { 'usr/lib/x86_64-linux-gnu/libfoo.so.1': elfFile() },
    auto: true,
  };

  test('go, and the library that a program needs stays', async () => {
    const result = await judge([DEV, LIB], { 'srv/app': elfFile({ needed: ['libfoo.so.1'] }) });
    expect(removed(result)).toEqual(['libfoo-dev']);
  });

  test('stay where libraries are opened by their bare name', async () => {
    const result = await judge([DEV, LIB], { 'var/lib/gems/3.1.0/gems/ffi-1.15/lib/ffi.rb': 'x' });
    expect(removed(result)).toEqual([]);
  });
});

describe('a library that two packages have', () => {
  const LIB: DpkgPackage = {
    name: 'libfoo1',
    files: { 'usr/lib/x86_64-linux-gnu/libfoo.so.1': elfFile() },
  };
  const DEV: DpkgPackage = {
    name: 'libfoo-dev',
    files: { 'usr/lib/foo-14/lib/libfoo.so.1': elfFile() },
  };
  const NEEDED = { needed: ['libfoo.so.1'] };

  test('is taken from a usual folder', async () => {
    expect(removed(await judge([LIB, DEV], { 'srv/app': elfFile(NEEDED) }))).toEqual([
      'libfoo-dev',
    ]);
  });

  test.each<[string, Files, object]>([
    [
      'the file names itself',
      { 'srv/app': elfFile({ ...NEEDED, runpath: '$ORIGIN/../usr/lib/foo-14/lib' }) },
      {},
    ],
    [
      'the environment names',
      { 'srv/app': elfFile(NEEDED) },
      { config: { Env: ['LD_LIBRARY_PATH=/usr/lib/foo-14/lib'] } },
    ],
    [
      'ld.so.conf names',
      { 'srv/app': elfFile(NEEDED), 'etc/ld.so.conf.d/foo.conf': '# x\n/usr/lib/foo-14/lib\n' },
      {},
    ],
  ])('is taken from a folder that %s', async (_, others, options) => {
    expect(removed(await judge([LIB, DEV], others, options))).toEqual([]);
  });

  test('is either of them where no usual folder has it', async () => {
    const elsewhere = { ...LIB, files: { 'opt/x/libfoo.so.1': elfFile() } };
    expect(removed(await judge([elsewhere, DEV], { 'srv/app': elfFile(NEEDED) }))).toEqual([]);
  });
});

describe('a package that nothing depends on', () => {
  const AGENT: DpkgPackage = {
    name: 'pinentry',
    files: { 'usr/bin/pinentry': elfFile({ needed: ['libassuan.so.0'] }) },
    depends: 'libassuan0',
    auto: true,
  };
  const LIBRARY: DpkgPackage = {
    name: 'libassuan0',
    files: { 'usr/lib/x86_64-linux-gnu/libassuan.so.0': elfFile() },
    auto: true,
  };
  const program = (
    name: string,
    strings: string,
    more: Partial<DpkgPackage> = {},
  ): DpkgPackage => ({
    name,
    files: { [`usr/bin/${name}`]: Buffer.concat([elfFile(), Buffer.from(`\0${strings}\0`)]) },
    ...more,
  });
  const START = { config: { Cmd: ['/usr/bin/signer'] } };

  test.each([
    ['by its path', '/usr/bin/pinentry'],
    ['by its name', 'pinentry'],
    ['with options', 'pinentry --display'],
  ])(
    'stays with all it needs, where a packaged program that is started runs it %s',
    async (_, text) => {
      const result = await judge([AGENT, LIBRARY, program('signer', text)], {}, START);
      expect(removed(result)).toEqual([]);
      expect(result.why('usr/bin/pinentry')).toBe(
        'package pinentry stays: /usr/bin/signer needs it',
      );
    },
  );

  test('stays where a library of that program opens its library', async () => {
    const crypt = {
      name: 'libcrypt',
      files: {
        'usr/lib/libcrypt.so.1': Buffer.concat([elfFile(), Buffer.from('\0libassuan.so.0\0')]),
      },
    };
    const signer = {
      name: 'signer',
      files: { 'usr/bin/signer': elfFile({ needed: ['libcrypt.so.1'] }) },
    };
    expect(removed(await judge([AGENT, LIBRARY, crypt, signer], {}, START))).toEqual(['pinentry']);
  });

  test('stays where sources of the application start the program that runs it', async () => {
    const git = program('git', 'pinentry');
    const others = { 'srv/app.py': 'subprocess.run(["git", "log"])\n' };
    expect(removed(await judge([AGENT, LIBRARY, git], others))).toEqual([]);
  });

  test.each([
    ['the program is not started', 'pinentry', {}],
    ['its name is part of another string', 'no pinentry found', START],
    [
      'its name stands in a list of those that the program takes the place of',
      'mv\0nc\0od\0passwd\0patch\0pinentry\0ping\0pwd\0rm\0sed\0sh',
      START,
    ],
  ])('goes where %s', async (_, text, options) => {
    const result = await judge([AGENT, LIBRARY, program('signer', text)], {}, options);
    expect(removed(result)).toEqual(['libassuan0', 'pinentry']);
  });

  test('a tool for builds stays where a program that is started runs it when it is there', async () => {
    const signer = program('signer', 'make', { recommends: 'make' });
    expect(removed(await judge([LIBC, MAKE, signer], {}, START))).toEqual([]);
    const other = program('signer', 'make');
    expect(removed(await judge([LIBC, MAKE, other], {}, START))).toEqual(['make']);
  });
});

describe('packages of apk', () => {
  const INSTALLED = [
    'C:Q1x=\nP:musl\nV:1.2\nA:x86_64\np:so:libc.musl-x86_64.so.1=1\nF:lib\nR:ld-musl-x86_64.so.1\n',
    'C:Q1y=\nP:gcc\nV:13\nA:x86_64\nD:so:libisl.so.23 so:libc.musl-x86_64.so.1\nF:usr/bin\nR:gcc\n',
    'C:Q1z=\nP:isl26\nV:0.26\nA:x86_64\np:so:libisl.so.23=23\nF:usr/lib\nR:libisl.so.23\n',
    'C:Q1v=\nP:.build-deps\nV:2024\nA:noarch\nD:gcc bash\n',
    'C:Q1b=\nP:bash\nV:5\nA:x86_64\nF:bin\nR:bash\n',
  ];
  const FILES: Files = {
    'lib/apk/db/installed': `${INSTALLED.join('\n')}\n`,
    'etc/apk/world': '.build-deps\nmusl\n',
    'lib/ld-musl-x86_64.so.1': elfFile(),
    'usr/bin/gcc': elfFile({ needed: ['libisl.so.23'] }),
    'usr/lib/libisl.so.23': elfFile(),
    'bin/bash': elfFile(),
  };

  test('go as a group that apk del would remove', async () => {
    const result = await judgeFiles(FILES);
    expect(removed(result)).toEqual(['.build-deps', 'bash', 'gcc', 'isl26']);
    expect(result.gone).toEqual(['bin/bash', 'usr/bin/gcc', 'usr/lib/libisl.so.23']);
    expect(await result.text('lib/apk/db/installed')).toBe(`${INSTALLED[0]}\n`);
    expect(await result.text('etc/apk/world')).toBe('musl\n');
  });

  test('that stay of a removed group are recorded in world', async () => {
    const result = await judgeFiles(FILES, { config: { Cmd: ['bash', '/srv/run'] } });
    expect(removed(result)).toEqual(['.build-deps', 'gcc', 'isl26']);
    expect(await result.text('etc/apk/world')).toBe('bash\nmusl\n');
  });

  test('stay in a group that is not for building', async () => {
    const file = 'lib/apk/db/installed';
    const result = await judgeFiles({
      ...FILES,
      [file]: (FILES[file] as string).replace('.build-deps', '.run-deps'),
      'etc/apk/world': '.run-deps\nmusl\n',
    });
    expect(removed(result)).toEqual([]);
  });

  test('stay when what they were installed for stays', async () => {
    const client =
      'C:Q1s=\nP:bash-completion\nV:5\nA:x86_64\ni:bash=5 musl\nF:usr/lib\nR:complete\n';
    const files = {
      ...FILES,
      'lib/apk/db/installed': `${INSTALLED.join('\n')}\n${client}`,
      'usr/lib/complete': 'x',
    };
    const kept = await judgeFiles(files, { config: { Cmd: ['bash', '/srv/run'] } });
    expect(removed(kept)).toEqual(['.build-deps', 'gcc', 'isl26']);
    expect(kept.why('usr/lib/complete')).toMatch(/it is installed with bash and musl$/);
    expect(removed(await judgeFiles(files))).toContain('bash-completion');
  });

  test('stay when a program needs their library', async () => {
    const result = await judgeFiles({ ...FILES, 'srv/app': elfFile({ needed: ['libisl.so.23'] }) });
    expect(removed(result)).toEqual(['.build-deps', 'bash', 'gcc']);
  });
});

test('a package is not needed for its translations', async () => {
  const tools: readonly DpkgPackage[] = [
    {
      name: 'git',
      files: { 'usr/bin/git': elfFile(), 'usr/share/locale/fr/LC_MESSAGES/git.mo': 'mo' },
    },
  ];
  const others = { 'srv/a.py': "locale.setlocale(locale.LC_ALL, 'fr_FR.UTF-8')\n" };
  expect(removed(await judge(tools, others))).toEqual(['git']);
});
