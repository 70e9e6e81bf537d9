import { describe, expect, test } from 'vitest';
import { judgeFiles, type Files, type Verdict } from '../../support/fact-image.ts';

const json = (value: object): string => JSON.stringify(value);

/** An application with one dependency and one dev-dependency, each with one of its own, and one in common. */
const APP: Files = {
  'app/package.json': json({
    name: 'app',
    scripts: { start: 'node server.js', dev: 'watcher server.js', build: 'node build.js' },
    dependencies: { web: '^1.0.0' },
    devDependencies: { watcher: '^1.0.0' },
  }),
  'app/server.js': "require('web');",
  'app/build.js': "require('watcher');",
  'app/node_modules/web/package.json': json({
    name: 'web',
    dependencies: { both: '1', deep: '1' },
  }),
  'app/node_modules/web/index.js': 'x',
  'app/node_modules/deep/package.json': json({ name: 'deep' }),
  'app/node_modules/both/package.json': json({ name: 'both' }),
  'app/node_modules/watcher/package.json': json({
    name: 'watcher',
    bin: 'cli.js',
    dependencies: { both: '1', '@scope/poll': '1' },
  }),
  'app/node_modules/watcher/cli.js': 'x',
  'app/node_modules/watcher/LICENSE': 'MIT',
  'app/node_modules/watcher/node_modules/both/package.json': json({ name: 'both', version: '2' }),
  'app/node_modules/@scope/poll/package.json': json({ name: '@scope/poll' }),
  'app/node_modules/.bin/watcher': '-> ../watcher/cli.js',
};

const PRUNED = [
  'app/node_modules/.bin/watcher',
  'app/node_modules/@scope/poll/package.json',
  'app/node_modules/watcher/LICENSE',
  'app/node_modules/watcher/cli.js',
  'app/node_modules/watcher/node_modules/both/package.json',
  'app/node_modules/watcher/package.json',
];

const START = { config: { Cmd: ['node', 'server.js'], WorkingDir: '/app' } };

const judge = (
  others: Files = {},
  options: Parameters<typeof judgeFiles>[1] = START,
): Promise<Verdict> => judgeFiles({ ...APP, ...others }, options);

test('packages that production does not reach go at lean, with their dependencies, programs and scopes', async () => {
  const { gone, why } = await judge();
  expect(gone).toEqual(PRUNED);
  expect(why('app/node_modules/watcher/cli.js')).toMatch(/npm prune/);
});

test('no development package goes at safe', async () => {
  expect((await judge({}, { ...START, level: 'safe' })).gone).toEqual([]);
});

test('the package report names the development packages that went', async () => {
  const { judgement } = await judge();
  expect(judgement.inventory.lost.map(({ name }) => name).sort()).toEqual([
    '@scope/poll',
    'both',
    'watcher',
  ]);
  expect(judgement.inventory.refusal).toBeUndefined();
});

describe('a development package stays when', () => {
  test.each<[string, Files, object, readonly string[]]>([
    [
      'a source imports it',
      { 'app/lib/x.mjs': "import { watch } from 'watcher/sub.js';" },
      START,
      [],
    ],
    [
      'a source imports it later',
      { 'app/lib/x.js': "const w = await import('@scope/poll');" },
      START,
      PRUNED.filter((path) => !path.includes('@scope')),
    ],
    [
      'TypeScript that runs as it is imports it',
      { 'app/main.ts': "import 'watcher';" },
      { config: { Cmd: ['node', 'main.ts'], WorkingDir: '/app' } },
      [],
    ],
    [
      'a program without extension imports it',
      { 'app/bin/run': "#!/usr/bin/env node\nrequire('watcher')" },
      START,
      [],
    ],
    [
      'it is an optional dependency of a dependency',
      {
        'app/node_modules/web/package.json': json({
          name: 'web',
          dependencies: { both: '1', deep: '1' },
          optionalDependencies: { watcher: '1' },
        }),
      },
      START,
      [],
    ],
    [
      'it is a peer of a dependency',
      {
        'app/node_modules/deep/package.json': json({
          name: 'deep',
          peerDependencies: { watcher: '*' },
        }),
      },
      START,
      [],
    ],
    [
      'a link from outside leads to it',
      { 'usr/local/bin/watcher': '-> /app/node_modules/.bin/watcher' },
      START,
      [],
    ],
    [
      'a workspace depends on it',
      { 'app/packages/x/package.json': json({ name: 'x', dependencies: { watcher: '1' } }) },
      START,
      [],
    ],
    [
      'a lock file calls it production',
      {
        'app/package-lock.json': json({
          lockfileVersion: 3,
          packages: { '': {}, 'node_modules/watcher': {} },
        }),
      },
      START,
      [],
    ],
  ])('%s', async (_, others, options, expected) => {
    expect((await judge(others, options)).gone).toEqual(expected);
  });
});

describe('no development package goes when', () => {
  const cmd = (...Cmd: string[]) => ({ config: { Cmd, WorkingDir: '/app' } });
  test.each<[string, Files, object]>([
    ['the image starts a development tool', {}, cmd('npx', 'watcher', 'server.js')],
    ['a script it starts does', {}, cmd('npm', 'run', 'dev')],
    [
      'a shell script it starts does',
      { 'app/start.sh': '#!/bin/sh\nexec npm run dev\n' },
      cmd('./start.sh'),
    ],
    ['it is loaded before the application', {}, cmd('node', '-r', 'watcher/register', 'server.js')],
    [
      'the environment says development',
      {},
      { config: { Cmd: ['node', 'server.js'], Env: ['NODE_ENV=development'] } },
    ],
    ['the image starts nothing but a shell', {}, cmd('/bin/bash')],
    [
      'a dependency is not installed',
      { 'app/node_modules/deep/package.json': json({ name: 'deep', dependencies: { lost: '1' } }) },
      START,
    ],
    ['a dependency cannot be read', { 'app/node_modules/deep/package.json': '{"name":' }, START],
    ['package.json cannot be read', { 'app/package.json': '{' }, START],
    [
      'nothing is called a dev-dependency',
      { 'app/package.json': json({ name: 'app', dependencies: { web: '1' } }) },
      START,
    ],
  ])('%s', async (_, others, options) => {
    expect((await judge(others, options)).gone).toEqual([]);
  });
});

test('the reason why development packages stay is given', async () => {
  const { judgement } = await judge(
    {},
    { config: { Cmd: ['npx', 'watcher'], WorkingDir: '/app' } },
  );
  expect(judgement.facts.notes).toEqual([
    'dev-dependencies of /app stay: the image starts watcher',
  ]);
});

test('imports in tests, settings and build scripts keep no development package', async () => {
  const { gone } = await judge({
    'app/test/a.js': "require('watcher')",
    'app/src/a.test.js': "require('watcher')",
    'app/webpack.config.js': "require('watcher')",
    'app/.eslintrc.cjs': "require('watcher')",
    'app/src/a.ts': "import 'watcher'",
  });
  expect(gone).toEqual(PRUNED);
});

describe('a development package stays when it is imported by', () => {
  const code = "require('watcher')";
  test.each<[string, Files, object]>([
    ['a module that is named like settings', { 'app/config/db.config.js': code }, START],
    ['settings of the application itself', { 'app/db.config.js': code }, START],
    ['a module with a name of a set-up', { 'app/lib/passport.setup.js': code }, START],
    [
      'settings that a source loads',
      { 'app/webpack.config.js': code, 'app/lib/dev.js': "require('../webpack.config')" },
      START,
    ],
    [
      'a helper of tests that a source loads',
      { 'app/test/helper.js': code, 'app/lib/x.js': "import '../test/helper.js'" },
      START,
    ],
    [
      'a test that the image starts',
      { 'app/test/smoke.js': code },
      { config: { Cmd: ['node', 'test/smoke.js'], WorkingDir: '/app' } },
    ],
    [
      'settings of a tool that the image starts',
      {
        'app/next.config.mjs': "import watcher from 'watcher'",
        'app/node_modules/next/package.json': json({ name: 'next', bin: 'next.js' }),
      },
      { config: { Cmd: ['npx', 'next', 'start'], WorkingDir: '/app' } },
    ],
    [
      'name in settings of a tool that a source loads',
      {
        'app/babel.config.js': "module.exports = {presets: ['watcher']}",
        'app/lib/x.js': "require('babel')",
      },
      START,
    ],
    [
      'a source in TypeScript that is run as it is',
      { 'app/src/main.ts': "import 'watcher'" },
      { config: { Cmd: ['tsx', 'src/main'], WorkingDir: '/app' } },
    ],
    [
      'an application whose node_modules is a symlink',
      { 'srv/node_modules': '-> /app/node_modules', 'srv/main.js': code },
      { config: { Cmd: ['node', 'main.js'], WorkingDir: '/srv' } },
    ],
  ])('%s', async (_, others, options) => {
    expect((await judge(others, options)).gone).toEqual([]);
  });
});

test('settings of tools that are not started keep no development package', async () => {
  const { gone } = await judge({
    'app/vite.config.server.mjs': "import 'watcher'",
    'app/jest.setup.js': "require('watcher')",
    'app/tailwind.config.js': "module.exports = {plugins: ['watcher']}",
    'app/Gruntfile.js': "require('watcher')",
  });
  expect(gone).toEqual(PRUNED);
});

describe('no development package goes when the image starts with a build:', () => {
  test.each<[string, Files, readonly string[]]>([
    ['of vite', {}, ['npx', 'vite', 'build']],
    [
      'of TypeScript in a script',
      { 'app/start.sh': '#!/bin/sh\ntsc -b && node server.js\n' },
      ['./start.sh'],
    ],
    [
      'by the file of a program',
      {},
      ['node', 'node_modules/webpack/bin/webpack.js', '--mode=production'],
    ],
    [
      'of static files by Django',
      { 'app/run.sh': '#!/bin/sh\npython3 manage.py collectstatic\n' },
      ['./run.sh'],
    ],
    [
      'of assets by Rails',
      { 'app/run.sh': '#!/bin/sh\nbundle exec rails assets:precompile\n' },
      ['./run.sh'],
    ],
  ])('%s', async (_, others, Cmd) => {
    const { gone, judgement } = await judge(others, { config: { Cmd, WorkingDir: '/app' } });
    expect(gone).toEqual([]);
    expect(judgement.facts.notes[0]).toMatch(/the image builds when it starts, /);
  });
});

test("npm's own record of installed packages forgets those that go", async () => {
  const packages = {
    'node_modules/web': { version: '1.0.0' },
    'node_modules/deep': {},
    'node_modules/both': {},
    'node_modules/watcher': { dev: true },
    'node_modules/watcher/node_modules/both': { dev: true },
    'node_modules/@scope/poll': { dev: true },
  };
  const { gone, text } = await judge({
    'app/node_modules/.package-lock.json': json({ name: 'app', lockfileVersion: 3, packages }),
  });
  expect(gone).toEqual(PRUNED);
  const left = JSON.parse((await text('app/node_modules/.package-lock.json')) ?? '{}');
  expect(Object.keys(left.packages)).toEqual([
    'node_modules/web',
    'node_modules/deep',
    'node_modules/both',
  ]);
  expect(left).toMatchObject({ name: 'app', lockfileVersion: 3 });
});

test('development packages of pnpm go from its store, with all links to them', async () => {
  const store = 'app/node_modules/.pnpm';
  const { gone } = await judgeFiles(
    {
      'app/package.json': APP['app/package.json'] as string,
      'app/server.js': "require('web')",
      [`${store}/web@1.0.0/node_modules/web/package.json`]: json({
        name: 'web',
        dependencies: { both: '1' },
      }),
      [`${store}/web@1.0.0/node_modules/both`]: '-> ../../both@1.0.0/node_modules/both',
      [`${store}/both@1.0.0/node_modules/both/package.json`]: json({ name: 'both' }),
      [`${store}/watcher@1.0.0/node_modules/watcher/package.json`]: json({
        name: 'watcher',
        bin: { watcher: 'x' },
        dependencies: { both: '1' },
      }),
      [`${store}/watcher@1.0.0/node_modules/both`]: '-> ../../both@1.0.0/node_modules/both',
      [`${store}/node_modules/watcher`]: '-> ../watcher@1.0.0/node_modules/watcher',
      'app/node_modules/web': '-> .pnpm/web@1.0.0/node_modules/web',
      'app/node_modules/watcher': '-> .pnpm/watcher@1.0.0/node_modules/watcher',
      'app/node_modules/.bin/watcher': '#!/bin/sh\nexec node ../watcher/x\n',
      'app/node_modules/.bin/web': '#!/bin/sh\n',
    },
    START,
  );
  expect(gone).toEqual([
    'app/node_modules/.bin/watcher',
    `${store}/node_modules/watcher`,
    `${store}/watcher@1.0.0/node_modules/both`,
    `${store}/watcher@1.0.0/node_modules/watcher/package.json`,
    'app/node_modules/watcher',
  ]);
});

test.each([
  ['stays', ['web', 'ts-node'], ['watcher'], false],
  ['goes', ['web'], ['watcher', 'ts-node'], true],
])('a rule that waits for a tool to go sees that it %s', async (_, production, dev, goes) => {
  const listed = (names: readonly string[]): object =>
    Object.fromEntries(names.map((name) => [name, '1']));
  const { gone } = await judge({
    'app/package.json': json({ dependencies: listed(production), devDependencies: listed(dev) }),
    'app/node_modules/ts-node/package.json': json({ name: 'ts-node' }),
    'app/node_modules/web/index.d.ts': 'x',
  });
  expect(gone.includes('app/node_modules/web/index.d.ts')).toBe(goes);
});

test('a package that another application links to stays, with its dependencies', async () => {
  const { gone } = await judge({
    'srv/other/node_modules/watcher': '-> /app/node_modules/watcher',
    'srv/other/index.js': "require('watcher');",
  });
  expect(gone).toEqual([]);
});
