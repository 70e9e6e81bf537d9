import { expect, test } from 'vitest';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const MODULES = '/app/node_modules';
const SITE = 'usr/local/lib/python3.11/site-packages';

/** Files that rules would take elsewhere, a variable that names their folder, and a module of it. */
test.each<[string, Files, string]>([
  [
    `NODE_PATH=${MODULES}`,
    {
      'app/package.json': '{"name":"app","devDependencies":{"chalk":"1","@s/x":"1"}}',
      'app/node_modules/chalk/package.json': '{"name":"chalk","dependencies":{"ansi":"1"}}',
      'app/node_modules/chalk/index.js': "require('ansi')",
      'app/node_modules/ansi/package.json': '{"name":"ansi"}',
      'app/node_modules/@s/x/package.json': '{"name":"@s/x"}',
    },
    'app/node_modules/chalk/index.js',
  ],
  [
    'NODE_PATH=/usr/lib/x:/usr/local/lib/node_modules',
    {
      'usr/local/lib/node_modules/npm/package.json': '{"name":"npm"}',
      'usr/local/lib/node_modules/npm/index.js': 'x',
    },
    'usr/local/lib/node_modules/npm/index.js',
  ],
  [
    `PYTHONPATH=/${SITE}`,
    {
      [`${SITE}/pip/__init__.py`]: 'x',
      [`${SITE}/tests/__init__.py`]: 'x',
      [`${SITE}/__init__.py`]: 'x',
    },
    `${SITE}/tests/__init__.py`,
  ],
  [
    'RUBYLIB=/usr/local/bundle/gems/rake-1/spec',
    { 'usr/local/bundle/gems/rake-1/spec/support.rb': 'x' },
    'usr/local/bundle/gems/rake-1/spec/support.rb',
  ],
  [
    'PERL5LIB=/root/.cpanm/work/1/Foo/blib/lib',
    { 'root/.cpanm/work/1/Foo/blib/lib/Foo.pm': 'x', 'usr/local/lib/perl5/x.pm': 'x' },
    'root/.cpanm/work/1/Foo/blib/lib/Foo.pm',
  ],
  [
    'CLASSPATH=/opt/app:/root/.gradle/caches/modules-2/files-2.1/*',
    { 'root/.gradle/caches/modules-2/files-2.1/a.jar': 'x', 'opt/app/A.class': 'x' },
    'root/.gradle/caches/modules-2/files-2.1/a.jar',
  ],
])('modules in folders of %s stay', async (variable, files, module) => {
  const config = { Cmd: ['/srv/main'], Env: [variable] };
  expect((await judgeFiles(files, { config })).gone).toEqual([]);
  expect((await judgeFiles(files, { config: { Cmd: ['/srv/main'] } })).gone).toContain(module);
});

test('so they do where a started script sets the variable', async () => {
  const files = {
    [`${SITE}/pip/__init__.py`]: 'x',
    'start.sh': `#!/bin/sh\nexport PYTHONPATH="/srv:/${SITE}"\nexec /srv/main\n`,
  };
  expect((await judgeFiles(files, { config: { Entrypoint: ['/start.sh'] } })).gone).toEqual([]);
});

test('caches and leftovers in such folders go', async () => {
  const files = {
    'app/shop/__init__.py': 'x',
    'app/shop/__pycache__/__init__.cpython-311.pyc': 'x',
    'app/main.py': 'x',
    'app/__pycache__/main.cpython-311.pyc': 'x',
    'app/.pytest_cache/x': 'x',
    'usr/local/bin/python3': 'x',
  };
  const config = { Cmd: ['python3', '/app/main.py'], Env: ['PYTHONPATH=/app'] };
  expect((await judgeFiles(files, { config })).gone).toEqual([
    'app/.pytest_cache/x',
    'app/__pycache__/main.cpython-311.pyc',
    'app/shop/__pycache__/__init__.cpython-311.pyc',
  ]);
});

test('a dev-dependency that NODE_OPTIONS loads stays', async () => {
  const files = {
    'srv/package.json': '{"name":"a","dependencies":{"x":"1"},"devDependencies":{"tsx":"1"}}',
    'srv/node_modules/x/package.json': '{"name":"x"}',
    'srv/node_modules/tsx/package.json': '{"name":"tsx"}',
  };
  const command = { Cmd: ['node', '/srv/main.ts'], WorkingDir: '/srv' };
  const gone = async (Env: readonly string[]) =>
    (await judgeFiles(files, { config: { ...command, Env } })).gone;
  expect(await gone([])).toEqual(['srv/node_modules/tsx/package.json']);
  expect(await gone(['NODE_OPTIONS=--enable-source-maps --import tsx'])).toEqual([]);
});
