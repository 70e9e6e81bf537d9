import { describe, expect, test } from 'vitest';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const SHELF = 'usr/share/perl5';
const BINARY = 'usr/lib/x86_64-linux-gnu/perl5/5.36';

const PERL: DpkgPackage = {
  name: 'perl-base',
  files: {
    'usr/bin/perl': elfFile(),
    'usr/share/perl/5.36.0/HTTP/Tiny.pm': 'package HTTP::Tiny; eval { require IO::Socket::SSL };',
    'usr/share/perl/5.36.0/strict.pm': 'package strict;',
  },
};

/** A package with the modules given: sources by names of modules, or by paths below the folder of modules. */
const perl = (
  name: string,
  files: Files,
  rest: Omit<DpkgPackage, 'name' | 'files'> = {},
): DpkgPackage => ({
  name,
  files: Object.fromEntries(
    Object.entries(files).map(([path, source]) => [
      /[./]/.test(path) ? path : `${SHELF}/${path.replaceAll('::', '/')}.pm`,
      source,
    ]),
  ),
  ...rest,
});

/** Names of packages that stay of those given. */
const chosen = async (
  packages: readonly DpkgPackage[],
  others: Files,
  { cmd = ['perl', '/srv/app.pl'], env = [] as readonly string[] } = {},
): Promise<readonly string[]> => {
  const files = dpkgFiles([PERL, ...packages], others);
  const config = { Cmd: cmd, Env: env };
  const { gone, judgement } = await judgeFiles(files, { config, level: 'minimal' });
  expect((judgement.reach?.open ?? []).filter(({ isCovered }) => !isCovered)).toEqual([]);
  return packages
    .filter((each) => Object.keys(each.files).every((path) => !gone.includes(path)))
    .map(({ name }) => name);
};

const ALPHA = perl('alpha', { Alpha: 'package Alpha;', 'Alpha::Part': 'package Alpha::Part;' });
const BETA = perl('beta', { 'Beta::Way': 'package Beta::Way;' });
const SSL = perl('ssl', { 'IO::Socket::SSL': 'package IO::Socket::SSL;' });
const ALL = [ALPHA, BETA, SSL];

describe('packages stay that an application names', () => {
  test.each<[how: string, source: string, stay: readonly string[]]>([
    ['with use', 'use Alpha;', ['alpha']],
    ['with require', 'eval { require Alpha::Part; 1 } or die;', ['alpha']],
    ['by a path', 'require "Beta/Way.pm";', ['beta']],
    ['on a condition', "use if $^O eq 'linux', 'Beta::Way';", ['beta']],
    ['as parents', 'use parent qw(Alpha::Part Beta::Way);', ['alpha', 'beta']],
    ['for later', "use autouse 'Beta::Way' => 'go';", ['beta']],
    ['in quotes', "my %by = (one => 'Beta::Way');", ['beta']],
    ['as a class', 'Beta::Way->new;', ['beta']],
    ['by a function in it', 'Beta::Way::go();', ['beta']],
    ['in a text that is code', 'eval "use Alpha; 1";', ['alpha']],
    ['by a namespace', 'my $class = "Beta::$name"; eval { load() };', ['beta']],
    ['by a module of the standard library', 'use HTTP::Tiny;', ['ssl']],
    ['nowhere', 'use strict; print "hello";', []],
  ])('%s', async (_, source, stay) => {
    expect(await chosen(ALL, { 'srv/app.pl': source })).toEqual(stay);
  });

  test.each<[where: string, files: Files, setting: object]>([
    ['an option', { 'srv/x': '1' }, { cmd: ['perl', '-MBeta::Way=go', '-e', '1'] }],
    ['code in a command', { 'srv/x': '1' }, { cmd: ['perl', '-e', 'use Beta::Way; go()'] }],
    ['a variable', { 'srv/app.pl': '' }, { env: ['PERL5OPT=-MBeta::Way'] }],
    ['settings', { 'srv/app.pl': '', 'srv/app.yaml': 'backend: Beta::Way\n' }, {}],
    ['a template', { 'srv/app.pl': '', 'srv/page.html.ep': '% use Beta::Way;\n' }, {}],
    [
      'what was installed from CPAN',
      {
        'srv/app.pl': '',
        'usr/local/share/perl/5.36.0/Own.pm': 'package Own; use Beta::Way; require $any;',
        'usr/local/share/perl/5.36.0/.meta/Own-1/install.json':
          '{"provides":{"Own":{"file":"lib/Own.pm"}}}',
      },
      {},
    ],
  ])('in %s', async (_, files, setting) => {
    expect(await chosen(ALL, files, setting)).toEqual(['beta']);
  });

  test('but not where what builds it does', async () => {
    expect(await chosen(ALL, { 'srv/app.pl': '', 'srv/Build.PL': 'use Beta::Way;' })).toEqual([]);
  });
});

test.each([
  'require $file;',
  'require "$class.pm";',
  'eval "require $class";',
  'do $ENV{SETTINGS};',
  'use Module::Load; load $module;',
  '$class->require;',
  'use Class::Load; load_class($class);',
  'plugin $name;',
  'Storable::thaw($bytes)',
])('all packages stay where an application may load any: %s', async (source) => {
  expect(await chosen(ALL, { 'srv/app.pl': source })).toEqual(['alpha', 'beta', 'ssl']);
});

describe('a package that stays', () => {
  test('keeps what its code loads, and what it depends on', async () => {
    const own = perl(
      'own',
      { Own: '# use Alpha\nuse Beta::Way;\n\n=pod\n\n  use Alpha;\n\n=cut\n1;' },
      { depends: 'ssl' },
    );
    expect(await chosen([own, ...ALL], { 'srv/app.pl': 'use Own;' })).toEqual([
      'own',
      'beta',
      'ssl',
    ]);
  });

  test('keeps all that may be below the names it has', async () => {
    const host = perl('host', {
      Host: `package Host; sub go { my $driver = "Drive::$_[0]"; eval "require $driver" }`,
      'Host::Plugins': `has namespaces => sub { ['Host::Plugin'] }; sub load { require $_[1] }`,
    });
    const packages = [
      host,
      perl('driver', { 'Drive::Fast': 'package Drive::Fast;' }),
      perl('plugin', { 'Host::Plugin::Deep::One': '1;' }),
      ALPHA,
    ];
    const source = 'use Host; use Host::Plugins; Host->go($ARGV[0]);';
    expect(await chosen(packages, { 'srv/app.pl': source })).toEqual(['host', 'driver', 'plugin']);
  });

  test('of a layer of input and output, too', async () => {
    const layer = perl('layer', {
      'PerlIO::gzip': 'package PerlIO::gzip;',
      [`${BINARY}/auto/PerlIO/gzip/gzip.so`]: elfFile(),
    });
    for (const source of [
      "open my $in, '<:gzip(lazy)', $path;",
      'open my $in, "<:$layer", $path;',
      "open my $in, '<:' . $layer, $path;",
      'binmode STDOUT, $layer;',
    ])
      expect(await chosen([layer], { 'srv/app.pl': source }), source).toEqual(['layer']);
    expect(await chosen([layer], { 'srv/app.pl': "open my $in, '<', $path;" })).toEqual([]);
  });
});

describe('what the standard library makes up for who imports something from it', () => {
  const IO = {
    'usr/share/perl/5.36.0/IO.pm':
      'package IO;\n\nsub import {\n    warn qq{"use IO" is old} if @_ < 2;\n    shift;\n    eval join("", map { "require IO::" . (/(\\w+)/)[0] . ";" } @_)\n}\n1;\n',
    'usr/share/perl/5.36.0/IO/Handle.pm': 'package IO::Handle;\nuse IO ();\n',
    'usr/share/perl/5.36.0/IO/Lines.pm': 'package IO::Lines;\nuse IO;\n',
  };
  const library: DpkgPackage = { name: 'perl-modules', files: IO, essential: true };
  const stay = async (source: string): Promise<boolean> => {
    const files = { 'srv/app.pl': source };
    return (await chosen([library, SSL], files)).includes('ssl');
  };
  test.each([
    ['goes where nobody does', 'use IO::Handle;', false],
    ['goes where a module is not there', 'use IO::Handle; require IO::String;', false],
    ['stays where an application does', "use IO 'Socket';", true],
    ['stays where a module of the library does', 'use IO::Lines;', true],
    ['stays where it is loaded in another way', "require IO; IO->import('Socket');", true],
  ])('%s', async (_, source, expected) => {
    expect(await stay(source)).toBe(expected);
  });
});

test('a word that has the name of a pragma means none', async () => {
  const library: DpkgPackage = {
    name: 'perl-modules',
    files: { 'usr/share/perl/5.36.0/ok.pm': 'package ok;\nrequire IO::Socket::SSL;\n' },
  };
  const stay = async (source: string, settings: string): Promise<boolean> => {
    const files = { 'srv/app.pl': source, 'etc/app.conf': settings };
    return (await chosen([library, SSL], files)).includes('ssl');
  };
  expect(await stay('print "ok";', 'return 200 ok;')).toBe(false);
  expect(await stay('use ok;', '')).toBe(true);
  expect(
    await chosen([library, SSL], { 'srv/app.pl': '1' }, { cmd: ['perl', '-Mok', '/srv/app.pl'] }),
  ).toContain('ssl');
  expect(await chosen([perl('pragma', { lower: '1;' })], { 'etc/app.conf': 'x lower;' })).toEqual([
    'pragma',
  ]);
});

test('what only looks like a layer of input and output loads none', async () => {
  const layers: DpkgPackage = {
    name: 'layers',
    files: {
      'usr/share/perl/5.36.0/PerlIO.pm': 'package PerlIO;\nrequire IO::Socket::SSL;\n',
      'usr/share/perl/5.36.0/PerlIO/scalar.pm': 'package PerlIO::scalar;\n',
    },
  };
  const page = "import fs from 'node:fs'; const size = {width:100, height:auto};";
  expect(await chosen([SSL, layers], { 'srv/app.pl': '1', 'srv/page.js': page })).toEqual([
    'layers',
  ]);
});

test('a program with modules of its own keeps those, and no others of a package with more than modules', async () => {
  const mixed = perl(
    'mixed',
    {
      'usr/bin/mixed': elfFile(),
      'usr/share/mixed/large.bin': 'x',
      [`${BINARY}/mixed.pm`]: 'package mixed;',
      'Mixed::Part': 'package Mixed::Part;',
    },
    { depends: 'perl-base, beta' },
  );
  const files = dpkgFiles([PERL, mixed, ...ALL], {
    'srv/run.pl': '#!/usr/bin/perl\nsystem("mixed");',
  });
  const { gone } = await judgeFiles(files, { config: { Cmd: ['/srv/run.pl'] }, level: 'minimal' });
  expect(
    Object.keys({ ...mixed.files, ...ALPHA.files, ...BETA.files }).filter((each) =>
      gone.includes(each),
    ),
  ).toEqual(['usr/share/mixed/large.bin', ...Object.keys(ALPHA.files)]);
});

test('what settings of a package name stays, and what modules load that its programs may', async () => {
  const filter = perl('filter', {
    'usr/bin/filter': '#!/usr/bin/perl\nuse Filter;',
    'usr/lib/filter/x': 'x',
    Filter: 'package Filter; sub load { my ($name) = @_; eval { require $name } }',
    'Filter::Rule::Sum': 'package Filter::Rule::Sum; eval { require Beta::Way };',
    'etc/filter/init.pre': 'loadplugin Alpha::Part\n',
  });
  expect(await chosen([filter, ...ALL], { 'srv/x': '1' }, { cmd: ['filter'] })).toEqual([
    'alpha',
    'beta',
  ]);
});

test('where a library runs the code, programs of its packages go, with all names of theirs', async () => {
  const tools = {
    'usr/bin/request': '#!/usr/bin/perl\nuse Alpha;',
    'usr/bin/GET': '-> request',
    'usr/bin/HEAD': '-> GET',
  };
  const library = 'usr/lib/x86_64-linux-gnu/libperl.so.5.36';
  const files = dpkgFiles(
    [
      PERL,
      { name: 'libperl5.36', files: { [library]: elfFile() } },
      { name: 'alpha', files: { ...ALPHA.files, ...tools } },
    ],
    {
      'srv/app': elfFile({
        interpreter: '/lib64/ld-linux-x86-64.so.2',
        needed: ['libperl.so.5.36'],
        strings: ['use Alpha;'],
      }),
      'srv/app.pl': 'use Alpha;',
    },
  );
  const { gone } = await judgeFiles(files, { config: { Cmd: ['/srv/app'] }, level: 'minimal' });
  expect(
    [...Object.keys(tools), 'usr/bin/perl', ...Object.keys(ALPHA.files)].filter((path) =>
      gone.includes(path),
    ),
  ).toEqual([...Object.keys(tools), 'usr/bin/perl']);
});
