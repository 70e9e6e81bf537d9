import { describe, expect, test } from 'vitest';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const SHELF = 'usr/lib/python3/dist-packages';
const PIP = 'usr/local/lib/python3.11/dist-packages';

const PYTHON: DpkgPackage = {
  name: 'python3',
  files: {
    'usr/bin/python3': elfFile(),
    'usr/lib/python3.11/os.py': 'x = 1',
    'usr/lib/python3.11/distutils/__init__.py': 'x = 1',
  },
};

/** A package with one module, or the files that are given, and its metadata. */
const python = (
  name: string,
  files: Files | string = {},
  rest: Omit<DpkgPackage, 'name' | 'files'> = {},
): DpkgPackage => ({
  name: `python3-${name}`,
  files: {
    [`${SHELF}/${name}/__init__.py`]: typeof files === 'string' ? files : '',
    [`${SHELF}/${name}/data.txt`]: 'x',
    [`${SHELF}/${name}-1.0.egg-info/PKG-INFO`]: `Name: ${name}\n`,
    ...(typeof files === 'string'
      ? {}
      : Object.fromEntries(
          Object.entries(files).map(([path, content]) => [`${SHELF}/${path}`, content]),
        )),
  },
  ...rest,
});

interface Setting {
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
}

/** Names of packages that stay of those given, and what is open. */
const choose = async (
  packages: readonly DpkgPackage[],
  others: Files,
  { cmd = ['python3', '/srv/app.py'], env = [] }: Setting = {},
): Promise<{ stay: readonly string[]; open: readonly string[] }> => {
  const installed = packages.some(({ name }) => name === 'python3')
    ? packages
    : [PYTHON, ...packages];
  const { gone, judgement } = await judgeFiles(dpkgFiles(installed, others), {
    config: { Cmd: cmd, Env: env },
    level: 'minimal',
  });
  const stay = packages
    .filter(({ files }) => Object.keys(files).every((path) => !gone.includes(path)))
    .map(({ name }) => name.replace('python3-', ''));
  const open = (judgement.reach?.open ?? []).flatMap(({ isCovered, word }) =>
    isCovered ? [] : [word],
  );
  return { stay, open };
};

const chosen = async (
  packages: readonly DpkgPackage[],
  others: Files,
  setting?: Setting,
): Promise<readonly string[]> => (await choose(packages, others, setting)).stay;

const ALPHA = python('alpha');
const BETA = python('beta');
const GAMMA = python('gamma');
const THREE = [ALPHA, BETA, GAMMA];

describe('packages stay that an application names', () => {
  test.each<[how: string, source: string]>([
    ['in an import', 'import alpha'],
    ['in an import of a part', 'from alpha.part import thing'],
    ['in one of many imports', 'import os, alpha as a, sys'],
    ['in an import in a function', 'def f():\n    from alpha import thing\n'],
    ['in an import behind a colon', 'try: import alpha\nexcept ImportError: alpha = None'],
    ['in an import of two lines', 'from alpha \\\n    import thing'],
    ['in code in quotes', 'code = "import alpha"'],
    ['in quotes', "INSTALLED_APPS = ['alpha.apps.Config']"],
    ['in a URL', 'url = "postgresql+alpha://user@host/db"'],
    ['to importlib', 'import importlib\nimportlib.import_module("alpha.part")'],
    ['by the name of its metadata', 'from importlib import metadata\nmetadata.version("Alpha")'],
  ])('%s', async (_, source) => {
    expect(await chosen(THREE, { 'srv/app.py': source })).toEqual(['alpha']);
  });

  test.each<[what: string, files: Files, setting: Setting]>([
    ['a module of a command', { 'srv/x': '1' }, { cmd: ['python3', '-m', 'alpha'] }],
    ['code in a command', { 'srv/x': '1' }, { cmd: ['python3', '-c', 'import alpha'] }],
    ['a variable', { 'srv/app.py': '' }, { env: ['URL=postgresql+alpha://db'] }],
    ['settings', { 'srv/app.py': '', 'srv/app.yaml': 'worker: alpha.workers.Worker' }, {}],
    ['a list of requirements', { 'srv/app.py': '', 'srv/requirements.txt': 'alpha>=1\n' }, {}],
    ['a template', { 'srv/app.py': '', 'srv/page.mako': '<%! import alpha %>\nimport alpha' }, {}],
    [
      'a script without an ending',
      { 'srv/run': '#!/usr/bin/python3\nimport alpha' },
      { cmd: ['/srv/run'] },
    ],
    ['another source', { 'srv/app.py': '', 'srv/plugins/one.py': 'import alpha' }, {}],
    ['a package of pip', { 'srv/app.py': '', [`${PIP}/own/__init__.py`]: 'import alpha' }, {}],
    [
      'metadata of a package of pip',
      {
        'srv/app.py': '',
        [`${PIP}/own-1.dist-info/METADATA`]:
          'Requires-Dist: alpha (>=1)\nRequires-Dist: beta ; extra == "more"\n',
      },
      {},
    ],
    ['compiled code', { 'srv/app.py': '', 'srv/lib/mod.pyc': 'abc\0\0\xda\x05alpha\0' }, {}],
    [
      'a library for Python',
      { 'srv/app.py': '', 'srv/mod.so': elfFile({ strings: ['PyInit_mod', 'alpha'] }) },
      {},
    ],
  ])('in %s', async (_, files, setting) => {
    expect(await chosen(THREE, files, setting)).toEqual(['alpha']);
  });

  test('but not for code of a package that both pip and the distribution installed', async () => {
    const files = {
      'srv/app.py': '',
      [`${PIP}/tools/__init__.py`]: 'import importlib\nimportlib.import_module(name)',
      [`${PIP}/beta-2.dist-info/RECORD`]: 'tools/__init__.py,,\nbeta/__init__.py,,\n',
    };
    expect(await chosen(THREE, files)).toEqual([]);
  });

  test('but not where only a Dockerfile, or what builds it, does', async () => {
    const files = {
      'srv/app.py': '',
      'srv/Dockerfile': 'RUN apt-get install python3-alpha alpha',
      'srv/setup.py': 'import beta',
    };
    expect(await chosen(THREE, files)).toEqual([]);
  });

  const computed = 'import importlib, os\nimportlib.import_module(os.environ["P"])';
  test.each<[where: string, metadata: Files, expected: readonly string[]]>([
    [
      'that was installed from its own sources',
      {
        [`${PIP}/shop-1.dist-info/RECORD`]: 'shop/__init__.py,,\n',
        [`${PIP}/shop-1.dist-info/direct_url.json`]: '{}',
      },
      ['alpha', 'beta', 'gamma'],
    ],
    ['that was copied there', {}, ['alpha', 'beta', 'gamma']],
    [
      'but not in what all may have',
      { [`${PIP}/other-1.dist-info/RECORD`]: 'shop/__init__.py,,\n' },
      [],
    ],
  ])('and in a package %s, as in other code of its own', async (_, metadata, expected) => {
    const files = { 'srv/x': '1', [`${PIP}/shop/__init__.py`]: computed, ...metadata };
    expect(await chosen(THREE, files, { cmd: ['python3', '-m', 'shop'] })).toEqual(expected);
  });
});

describe('names that are made up', () => {
  test.each<[how: string, source: string]>([
    ['of a variable', 'import importlib, os\nimportlib.import_module(os.environ["P"])'],
    ['of a whole pattern', 'import importlib\nimportlib.import_module(f"{name}.plugin")'],
    ['by another name of the function', 'from importlib import import_module as load\nload(name)'],
    [
      'by a function that is handed on',
      'from importlib import import_module\nlist(map(import_module, names))',
    ],
    ['by __import__', '__import__(name)'],
    ['of all that is installed', 'import pkgutil\nfor m in pkgutil.iter_modules(): pass'],
    ['of all plug-ins', 'from importlib.metadata import entry_points\nentry_points(group=name)'],
    ['in a file that is run', 'exec(open("x").read())'],
    ['by what holds all functions', 'getattr(__builtins__, "__imp" + "ort__")(name)'],
    ['in objects that are read', 'import pickle\npickle.load(f)'],
  ])('%s keep all', async (_, source) => {
    const { stay, open } = await choose(THREE, { 'srv/app.py': source });
    expect(stay).toEqual(['alpha', 'beta', 'gamma']);
    expect(open).toEqual([]);
  });

  const parts = python('alpha', { 'alpha/plugins/one.py': 'import beta' });
  test.each<[how: string, source: string]>([
    ['behind a literal', 'import importlib\nimportlib.import_module("alpha.plugins." + name)'],
    ['in a pattern', 'import importlib\nimportlib.import_module(f"alpha.plugins.{name}")'],
    ['with a percent sign', '__import__("alpha.plugins.%s" % name)'],
    [
      'of a package',
      'import importlib\nimportlib.import_module("." + name, package="alpha.plugins")',
    ],
    [
      'of the modules of a package',
      'import alpha.plugins, pkgutil\npkgutil.iter_modules(alpha.plugins.__path__)',
    ],
    ['of modules of an import', 'from alpha import plugins as p\npkgutil.iter_modules(p.__path__)'],
  ])('%s keep what they may be', async (_, source) => {
    expect(await chosen([parts, BETA, GAMMA], { 'srv/app.py': source })).toEqual(['alpha', 'beta']);
  });

  test('of its own parts keep nothing else', async () => {
    const source =
      'import importlib\nimportlib.import_module("shop.plugins." + name)\nimportlib.import_module("." + name, __package__)';
    expect(await chosen(THREE, { 'srv/app.py': source })).toEqual([]);
  });

  test('in the command of the image keep all', async () => {
    const files = { 'start.sh': '#!/bin/sh\nread M\nexec python3 -m "$M"\n' };
    expect(
      await chosen([...THREE, { name: 'dash', files: { 'bin/sh': elfFile() } }], files, {
        cmd: ['/start.sh'],
      }),
    ).toEqual(['alpha', 'beta', 'gamma', 'dash']);
  });

  test('in a package of the distribution lead to what it names', async () => {
    const loader = python(
      'loader',
      'import importlib\nOPTIONAL = {"alpha": "1.0"}\ndef load(name):\n    return importlib.import_module(name)\n',
    );
    expect(
      await chosen([loader, ...THREE], { 'srv/app.py': 'import loader\nloader.load("beta")' }),
    ).toEqual(['loader', 'alpha', 'beta']);
  });
});

describe('plug-ins', () => {
  const plugin = python('alpha', {
    'alpha-1.0.egg-info/entry_points.txt': '[shop.payments]\ncard = alpha.card:Card\n',
    'alpha/card.py': 'import beta',
  });

  test.each([
    ['the application', { 'srv/app.py': 'entry_points(group="shop.payments")' }],
    ['settings of it', { 'srv/app.py': 'GROUP = "shop.payments"\nentry_points(group=GROUP)' }],
  ])('stay where %s names their group', async (_, files) => {
    expect(await chosen([plugin, BETA, GAMMA], files)).toEqual(['alpha', 'beta']);
  });

  test('stay where a package that is loaded names their group', async () => {
    const host = python(
      'host',
      'from importlib.metadata import entry_points\nentry_points(group="shop.payments")',
    );
    expect(await chosen([host, plugin, BETA, GAMMA], { 'srv/app.py': 'import host' })).toEqual([
      'host',
      'alpha',
      'beta',
    ]);
  });

  test('go where nothing does', async () => {
    expect(await chosen([plugin, BETA], { 'srv/app.py': 'import os' })).toEqual([]);
  });
});

describe('a package that stays', () => {
  test('keeps those whose imports are loaded, file by file', async () => {
    const alpha = python('alpha', {
      'alpha/__init__.py': 'from . import used\n',
      'alpha/used.py': 'try:\n    import beta\nexcept ImportError:\n    beta = None\n',
      'alpha/unused.py': 'import gamma\n',
    });
    expect(await chosen([alpha, BETA, GAMMA], { 'srv/app.py': 'import alpha' })).toEqual([
      'alpha',
      'beta',
    ]);
  });

  test.each<[what: string, files: Files, stay: readonly string[]]>([
    [
      'does the same where it also has what others are built with, and a little data',
      { 'usr/include/alpha.h': '', 'usr/lib/pkgconfig/alpha.pc': '', 'usr/share/alpha/list': '' },
      [],
    ],
    [
      'keeps what all its modules load where settings may name them',
      { 'etc/alpha.conf': 'load' },
      ['gamma'],
    ],
    [
      'keeps what all its modules load where programs of its own may load them',
      { 'usr/lib/alpha/run': elfFile() },
      ['gamma'],
    ],
  ])('%s', async (_, more, stay) => {
    const modules = Array.from({ length: 60 }, (__, n) => [`alpha/part${n}.py`, '']);
    const alpha = python('alpha', {
      ...Object.fromEntries(modules),
      'alpha/unused.py': 'import gamma\n',
      'alpha/_examples/one.py': 'import beta\n',
      'alpha/tests/test_all.py': 'import beta\n',
    });
    const whole = { ...alpha, files: { ...alpha.files, ...more } };
    const names = await chosen([whole, BETA, GAMMA], { 'srv/app.py': 'import alpha' });
    expect(names.filter((name) => name !== 'alpha')).toEqual(stay);
  });

  test('keeps what its metadata requires', async () => {
    const alpha = python(
      'alpha',
      { 'alpha-1.0.egg-info/requires.txt': 'beta>=1\n\n[more]\ngamma\n' },
      { depends: 'python3-gamma' },
    );
    expect(await chosen([alpha, BETA, GAMMA], { 'srv/app.py': 'import alpha' })).toEqual([
      'alpha',
      'beta',
    ]);
  });

  test.each([
    ['where its code looks for it', 'FONTS = join(prefix, "share", NAME)', 'import alpha', true],
    ['where it may load anything', '', 'import alpha\n__import__(name)', true],
    ['but not where it cannot find it', '', 'import alpha', false],
  ])('keeps data that it depends on %s', async (_, code, source, stays) => {
    const alpha = python('alpha', code, { depends: 'alpha-data' });
    const data = { name: 'alpha-data', files: { 'usr/share/alpha/font.ttf': 'x' } };
    expect(await chosen([alpha, data], { 'srv/app.py': source })).toEqual(
      stays ? ['alpha', 'alpha-data'] : ['alpha'],
    );
  });

  test('keeps all that it depends on where none of its code can be read', async () => {
    const alpha: DpkgPackage = {
      name: 'python3-alpha',
      files: { [`${SHELF}/alpha.cpython-311-x86_64-linux-gnu.so`]: elfFile() },
      depends: 'python3-beta',
    };
    expect(await chosen([alpha, BETA, GAMMA], { 'srv/app.py': 'import alpha' })).toEqual([
      'alpha',
      'beta',
    ]);
  });

  test('loads nothing for its documentation, types and tests', async () => {
    const source =
      '"""\n    import beta\n"""\n# import beta\nif TYPE_CHECKING:\n    import beta\nif \'beta\' in sys.modules:\n    import beta\ndef test():\n    import gamma\nif __name__ == "__main__":\n    import gamma\n';
    expect(
      await chosen([python('alpha', source), BETA, GAMMA], { 'srv/app.py': 'import alpha' }),
    ).toEqual(['alpha']);
  });

  test('asks for numba where the application does', async () => {
    const pandas = python('pandas', 'def f(engine):\n    import_optional_dependency("numba")\n');
    const packages = [pandas, python('numba')];
    expect(await chosen(packages, { 'srv/app.py': 'import pandas' })).toEqual(['pandas']);
    expect(
      await chosen(packages, {
        'srv/app.py': 'import pandas\nf.rolling(2).apply(g, engine="numba")',
      }),
    ).toEqual(['pandas', 'numba']);
    expect(
      await chosen(packages, {
        'srv/app.py': 'import pandas\npandas.set_option("compute.use_numba", True)',
      }),
    ).toEqual(['pandas', 'numba']);
  });

  test.each([
    ['scipy', 'f.interpolate(method=sys.argv[1])'],
    ['scipy', 'f.a.corr(f.b, method="kendall")'],
    ['tables', 'pandas.read_hdf("x.h5")'],
    ['tables', 'getattr(f, "to_" + sys.argv[1])("x")'],
  ])('of pandas asks for %s where the application does, %s', async (name, code) => {
    const pandas = python('pandas', `def f():\n    import_optional_dependency("${name}")\n`);
    const packages = [pandas, python(name)];
    expect(await chosen(packages, { 'srv/app.py': 'import pandas\nf.to_csv()' })).toEqual([
      'pandas',
    ]);
    expect(await chosen(packages, { 'srv/app.py': `import pandas\n${code}` })).toEqual([
      'pandas',
      name,
    ]);
  });

  test('is asked for its tests by who says so, and not by names of files', async () => {
    const alpha = python('alpha', 'def f():\n    importorskip("py.path")\n');
    const packages = [alpha, python('py', { 'py/path.py': '' })];
    const settings = 'CMD app.py x.py\n';
    expect(
      await chosen(packages, { 'srv/app.py': 'import alpha', 'srv/run.sh': settings }),
    ).toEqual(['alpha']);
    expect(await chosen(packages, { 'srv/app.py': 'import alpha, pytest' })).toEqual([
      'alpha',
      'py',
    ]);
  });

  test('in C loads what it names by itself or imports, and not what its texts explain', async () => {
    const library = (text: string): DpkgPackage => ({
      name: 'python3-alpha',
      files: {
        [`${SHELF}/alpha.cpython-311-x86_64-linux-gnu.so`]: elfFile({
          strings: ['PyInit_alpha', text],
        }),
      },
    });
    const stay = (text: string): Promise<readonly string[]> =>
      chosen([library(text), BETA, GAMMA], { 'srv/app.py': 'import alpha' });
    expect(await stay('beta.part')).toEqual(['alpha', 'beta']);
    expect(await stay('x = 1\n  import beta.part\n')).toEqual(['alpha', 'beta']);
    expect(await stay('See beta.part, or\n>>> import gamma\n>>> gamma.run()')).toEqual(['alpha']);
  });
});

test('a library that another stands in for by name is loaded by none', async () => {
  const folder = 'usr/lib/x86_64-linux-gnu';
  const alpha = python('alpha', '', { depends: 'liblapack3, libopenblas' });
  const others: readonly DpkgPackage[] = [
    {
      name: 'liblapack3',
      files: {
        [`${folder}/lapack/liblapack.so.3`]: '-> liblapack.so.3.11',
        [`${folder}/lapack/liblapack.so.3.11`]: elfFile(),
      },
    },
    { name: 'libopenblas', files: { [`${folder}/openblas/liblapack.so.3`]: elfFile() } },
  ];
  const choices = ['lapack', 'openblas'].map((name) => `/${folder}/${name}/liblapack.so.3`);
  const files = {
    'srv/app.py': 'import alpha, ctypes\nctypes.CDLL("liblapack.so.3")',
    [`${folder}/liblapack.so.3`]: '-> /etc/alternatives/liblapack.so.3',
    'etc/alternatives/liblapack.so.3': `-> ${choices[1]}`,
    'var/lib/dpkg/alternatives/liblapack.so.3': `auto\n/${folder}/liblapack.so.3\n\n${choices[0]}\n10\n${choices[1]}\n100\n\n`,
  };
  expect(await chosen([alpha, ...others], files)).toEqual(['alpha', 'libopenblas']);
});

test('a program of the distribution keeps what its package depends on', async () => {
  const tool: DpkgPackage = {
    name: 'tool',
    files: {
      'usr/bin/tool': '#!/usr/bin/python3\nimport main\n',
      'usr/share/tool/main.py': 'import beta',
    },
    depends: 'python3-alpha',
  };
  expect(await chosen([tool, ...THREE], { 'srv/x': '1' }, { cmd: ['tool'] })).toEqual([
    'tool',
    'alpha',
    'beta',
  ]);
});

test('setuptools stays for distutils where the standard library has none', async () => {
  const packages = [python('setuptools', { '_distutils_hack/__init__.py': '' })];
  const files = { 'srv/app.py': 'import distutils' };
  expect(await chosen(packages, files)).toEqual([]);
  const minimal = { name: 'python3', files: { 'usr/bin/python3': elfFile() } };
  expect(await chosen([...packages, minimal], files)).toEqual(['setuptools', 'python3']);
});

test('a link for linkers keeps no library', async () => {
  const config = 'usr/lib/python3.11/config-3.11-x86_64-linux-gnu';
  const library = 'usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0';
  const packages: DpkgPackage[] = [
    { name: 'library', files: { [library]: elfFile() } },
    { name: 'settings', files: { [`${config}/Makefile`]: 'CC=gcc' } },
    {
      name: 'dev',
      files: { [`${config}/libpython3.11.so`]: '-> ../../x86_64-linux-gnu/libpython3.11.so.1.0' },
    },
  ];
  expect(await chosen(packages, { 'srv/app.py': 'import os' })).toEqual(['settings']);
  const opens = "import ctypes\nctypes.CDLL('libpython3.11.so.1.0')";
  expect(await chosen(packages, { 'srv/app.py': opens })).toContain('library');
});
