import { describe, expect, test } from 'vitest';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';

const goes = async (path: string, files: Files, config: object = {}): Promise<boolean> =>
  (await judgeFiles(files, { config: { Cmd: ['/srv/main'], ...config } })).gone.includes(path);

describe('tests in a package of Python', () => {
  const UTIL = `${SITE}/shop/tests/util.py`;
  const PACKAGE: Files = {
    [`${SITE}/shop/__init__.py`]: 'VERSION = 1\n',
    [`${SITE}/shop/core/__init__.py`]: '',
    [`${SITE}/shop/tests/__init__.py`]: '',
    [UTIL]: 'def check(): pass\n',
  };

  test.each<[string, Files]>([
    ['the package itself', { [`${SITE}/shop/__init__.py`]: 'from .tests import util\n' }],
    [
      'several names in brackets',
      { [`${SITE}/shop/__init__.py`]: 'from . import (\n    core,\n    tests,\n)\n' },
    ],
    [
      'a module below, in a fallback',
      {
        [`${SITE}/shop/core/x.py`]:
          'try:\n    from ..tests.util import check\nexcept ImportError:\n    pass\n',
      },
    ],
    ['another package', { [`${SITE}/other/__init__.py`]: 'import os, shop.tests.util as util\n' }],
    [
      'a name that is relative to a module',
      {
        [`${SITE}/shop/core/x.py`]:
          "import importlib\nimportlib.import_module('..tests.util', __name__)\n",
      },
    ],
    ['the application', { 'srv/main.py': 'from shop.tests.util import check\n' }],
    ['a name in settings', { 'srv/settings.py': "RUNNER = 'shop.tests.util.Runner'\n" }],
    [
      'other tests that are imported',
      {
        [`${SITE}/other/__init__.py`]: 'from .tests import base\n',
        [`${SITE}/other/tests/__init__.py`]: '',
        [`${SITE}/other/tests/base.py`]: 'from shop.tests import util\n',
      },
    ],
  ])('stay where they are imported by %s', async (_, files) => {
    expect(await goes(UTIL, { ...PACKAGE, ...files })).toBe(false);
  });

  test.each<[string, Files]>([
    ['nothing', {}],
    ['a comment', { [`${SITE}/shop/__init__.py`]: '# from .tests import util\n' }],
    [
      'a function that runs them',
      {
        [`${SITE}/shop/__init__.py`]:
          'def run_tests():\n    if True:\n        from .tests import util\n',
      },
    ],
    [
      'a module that is run itself',
      {
        [`${SITE}/shop/core/x.py`]: "if __name__ == '__main__':\n    from shop.tests import util\n",
      },
    ],
    [
      'a test',
      {
        [`${SITE}/shop/tests/test_a.py`]: 'from .util import check\nfrom shop.tests import util\n',
      },
    ],
    [
      'tests that nothing imports',
      {
        [`${SITE}/other/__init__.py`]: '',
        [`${SITE}/other/tests/__init__.py`]: '',
        [`${SITE}/other/tests/base.py`]: 'from shop.tests import util\n',
      },
    ],
    [
      'a package of another name',
      { 'srv/main.py': 'from store.tests import util\nfrom .tests import util\n' },
    ],
  ])('go where they are imported by %s', async (_, files) => {
    expect(await goes(UTIL, { ...PACKAGE, ...files })).toBe(true);
  });

  test("of the distribution's packages are looked for, too", async () => {
    const folder = 'usr/lib/python3/dist-packages/tables';
    const packaged = (init: string): Files =>
      dpkgFiles([
        {
          name: 'python3-tables',
          files: {
            [`${folder}/__init__.py`]: init,
            [`${folder}/tests/__init__.py`]: 'from .common import x\n',
            [`${folder}/tests/common.py`]: 'x = 1\n',
          },
        },
      ]);
    const path = `${folder}/tests/common.py`;
    expect(await goes(path, packaged('from .tests import print_versions, test\n'))).toBe(false);
    expect(await goes(path, packaged('x = 1\n'))).toBe(true);
  });

  test('of the language stay where the application uses their helpers', async () => {
    const path = 'usr/local/lib/python3.11/test/support/__init__.py';
    const files = {
      [path]: 'x',
      'usr/local/lib/python3.11/test/__init__.py': '',
      'usr/local/bin/python3': 'x',
    };
    expect(
      await goes(path, { ...files, 'srv/a.py': 'from test.support import captured_stdout\n' }),
    ).toBe(false);
    expect(await goes(path, { ...files, 'srv/a.py': 'from test import shop\nimport test\n' })).toBe(
      true,
    );
  });
});

test.each<[string, string, Files]>([
  [
    'tests of a package of Node by a relative path',
    'app/node_modules/a/lib/__tests__/util.js',
    { 'app/node_modules/a/lib/index.js': "module.exports = require('./__tests__/util')" },
  ],
  [
    'the specification of a gem by a relative path',
    'usr/local/bundle/gems/a-1/spec/shared.rb',
    { 'usr/local/bundle/gems/a-1/lib/a.rb': "require_relative '../spec/shared'" },
  ],
  [
    'the same from a file',
    'usr/local/bundle/gems/a-1/spec/shared.rb',
    {
      'usr/local/bundle/gems/a-1/lib/a.rb':
        "load File.expand_path('../../spec/shared.rb', __FILE__)",
    },
  ],
  [
    'a text that a program shows',
    'app/node_modules/a/USAGE.md',
    { 'app/node_modules/a/bin/cli.js': "show(path.join(__dirname, '..', 'USAGE.md'))" },
  ],
  [
    'a template in a string that is put together',
    'app/node_modules/a/CHANGELOG.md',
    { 'app/node_modules/a/lib/x.js': 'read(`${root}/CHANGELOG.md`)' },
  ],
  [
    'a text of a gem',
    'usr/local/bundle/gems/a-1/README.md',
    { 'usr/local/bundle/gems/a-1/lib/a.rb': 'File.read(File.join(ROOT, "README.md"))' },
  ],
  [
    'stubs that are read at run time',
    `${SITE}/a/api.pyi`,
    { [`${SITE}/a/__init__.py`]: "attach(os.path.join(HERE, 'api.pyi'))" },
  ],
  [
    'documentation by its whole path',
    'usr/share/doc/a/contrib/setup.txt',
    { 'srv/a.php': "<?php readfile('/usr/share/doc/a/contrib/setup.txt');" },
  ],
  [
    'a zone with leap seconds',
    'usr/share/zoneinfo/right/Europe/Berlin',
    { 'srv/a.py': "zone = tz.gettz('right/Europe/Berlin')" },
  ],
])('what a source names stays: %s', async (_, path, files) => {
  const [source] = Object.keys(files) as [string];
  expect(await goes(path, { [path]: 'x', ...files })).toBe(false);
  expect(await goes(path, { [path]: 'x', [source]: 'other = 1\n' })).toBe(true);
});

test('documentation that only other documentation links to goes', async () => {
  const { gone } = await judgeFiles(
    dpkgFiles([
      {
        name: 'make',
        files: {
          'usr/share/doc/make/NEWS.gz': 'x',
          'usr/share/doc/make/changelog.gz': '-> NEWS.gz',
          'usr/bin/make': '#!/bin/sh\n',
        },
      },
    ]),
    { config: { Cmd: ['make'] } },
  );
  expect(gone).toEqual(['usr/share/doc/make/NEWS.gz', 'usr/share/doc/make/changelog.gz']);
});

test.each<[string, object]>([
  ['TZ', { Env: ['TZ=:right/UTC'] }],
  ['the folder of zones', { Env: ['TZDIR=/usr/share/zoneinfo/right'] }],
  ['a time server', { Cmd: ['chronyd', '-d'] }],
])('zones with leap seconds stay for %s', async (_, config) => {
  const path = 'usr/share/zoneinfo/right/UTC';
  expect(await goes(path, { [path]: 'x' }, config)).toBe(false);
});

describe('translations', () => {
  const MO = (language: string, domain: string): string =>
    `usr/share/locale/${language}/LC_MESSAGES/${domain}.mo`;
  const FILES = dpkgFiles([
    {
      name: 'base',
      files: { [MO('de', 'iso_639')]: 'x', [MO('fr', 'iso_639')]: 'x', [MO('de', 'bash')]: 'x' },
    },
  ]);
  const left = async (others: Files): Promise<string[]> => {
    const { gone } = await judgeFiles({ ...FILES, ...others }, { config: { Cmd: ['/srv/main'] } });
    return [MO('de', 'bash'), MO('de', 'iso_639'), MO('fr', 'iso_639')].filter(
      (path) => !gone.includes(path),
    );
  };

  test.each<[string, Files, string[]]>([
    ['nothing asks for', {}, []],
    [
      'of a domain that a source opens, in all languages',
      { 'srv/a.py': "t = gettext.translation('iso_639', languages=[lang])" },
      [MO('de', 'iso_639'), MO('fr', 'iso_639')],
    ],
    [
      'of a domain in PHP',
      { 'srv/a.php': "<?php bindtextdomain('iso_639', '/usr/share/locale');" },
      [MO('de', 'iso_639'), MO('fr', 'iso_639')],
    ],
    [
      'of domains that are known only at run time',
      { 'srv/a.py': "t = gettext.translation(domain, '/usr/share/locale', languages=[lang])" },
      [MO('de', 'bash'), MO('de', 'iso_639'), MO('fr', 'iso_639')],
    ],
    [
      'into a language that a source sets',
      { 'srv/a.php': "<?php setlocale(LC_TIME, 'fr_FR.utf8', 'fr');" },
      [MO('fr', 'iso_639')],
    ],
    [
      'into a language that a script sets',
      { 'srv/run.sh': '#!/bin/sh\nexport LANG=de_DE.UTF-8\n' },
      [MO('de', 'bash'), MO('de', 'iso_639')],
    ],
    [
      'into a language whose locale was generated',
      { 'etc/locale.gen': '# fr_FR UTF-8\nde_DE.UTF-8 UTF-8\n' },
      [MO('de', 'bash'), MO('de', 'iso_639')],
    ],
    [
      'into a language that only a source sets which goes',
      {
        'srv/package.json': '{"devDependencies":{"runner":"1"}}',
        'srv/package-lock.json':
          '{"lockfileVersion":3,"packages":{"":{"devDependencies":{"runner":"1"}},"node_modules/runner":{"dev":true}}}',
        'srv/node_modules/runner/package.json': '{"name":"runner","version":"1.0.0"}',
        'srv/node_modules/runner/index.js': "process.env.LANG = 'fr_FR';\n",
      },
      [],
    ],
  ])('%s', async (_, others, expected) => {
    expect(await left(others)).toEqual(expected);
  });

  test('are judged alike whether a package of the distribution still has its tests', async () => {
    const home = 'usr/lib/python3/dist-packages/shop';
    const source = { [`${home}/main.py`]: "locale.setlocale(locale.LC_ALL, 'fr_FR')\n" };
    const tests = { [`${home}/tests/__init__.py`]: '' };
    const translations = { [MO('fr', 'iso_639')]: 'x' };
    for (const files of [source, { ...source, ...tests }]) {
      const { gone } = await judgeFiles(
        dpkgFiles([
          { name: 'base', files: translations },
          { name: 'shop', files },
        ]),
        { config: { Cmd: ['/srv/main'] } },
      );
      expect(gone).toContain(MO('fr', 'iso_639'));
    }
  });

  test('that a package without programs is there for stay', async () => {
    const languages = Array.from(
      { length: 40 },
      (_, n) => `a${String.fromCharCode(97 + (n % 26))}${n < 26 ? '' : 'x'}`,
    );
    const files = Object.fromEntries(languages.map((language) => [MO(language, 'iso_639'), 'x']));
    const codes = { name: 'iso-codes', files };
    const gone = async (auto: boolean): Promise<number> =>
      (await judgeFiles(dpkgFiles([auto ? { ...codes, auto } : codes]))).gone.filter((path) =>
        path.endsWith('iso_639.mo'),
      ).length;
    expect(await gone(false)).toBe(0);
    expect(await gone(true)).toBe(40);
  });
});
