import { expect, test } from 'vitest';
import { NO_PACKAGES } from '../../src/ecosystems/system-package.ts';
import { readConfig } from '../../src/oci/config.ts';
import { judge } from '../../src/rules/judge.ts';
import { NOTHING_RECORDED } from '../../src/rules/recorded-nodes.ts';
import type { KeepRule, Rule } from '../../src/profiles/rule.ts';
import { surveyTree } from '../../src/rules/survey.ts';
import { nodeAt } from '../../src/tree/node.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { configGraph } from '../support/config-graph.ts';
import { openLayers, openSpools } from '../support/memory.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';

interface Question {
  readonly tree: readonly string[];
  readonly rules?: readonly (Partial<Rule> & { readonly match: readonly string[] })[];
  readonly keepRules?: readonly (Partial<KeepRule> & { readonly match: readonly string[] })[];
  readonly keep?: readonly string[];
  readonly drop?: readonly string[];
  readonly config?: object;
}

/** Paths that go, then what is said of the paths that a rule wanted and that stay. */
const ask = async ({
  tree: lines,
  rules = [],
  keepRules = [],
  keep = [],
  drop = [],
  config = {},
}: Question) => {
  const spools = await openSpools();
  const layers = await openLayers([await layerTar(entriesOf(lines))], spools.newSpool);
  const { root, nodes } = squashLayers(layers.map(({ entries }) => entries));
  const document = { os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [] }, config };
  const parsed = readConfig(Buffer.from(JSON.stringify(document)), 'test');
  const common = { profile: 'p', except: [], reason: 'no use' };
  const full = rules.map((rule, at): Rule => ({
    ...common,
    id: `r${at}`,
    overrides: [],
    level: 'safe',
    category: 'c',
    ...rule,
  }));
  const keeps = keepRules.map((rule, at): KeepRule => ({ ...common, id: `k${at}`, ...rule }));
  const globs = full.flatMap(({ requires }) => [
    ...(requires?.exists ?? []),
    ...(requires?.absent ?? []),
  ]);
  const { verdicts } = judge({
    root,
    nodes,
    config: parsed,
    survey: surveyTree(nodes, globs),
    rules: full,
    keepRules: keeps,
    level: 'safe',
    keep,
    drop,
    isFixed: () => false,
    facts: {
      packages: NO_PACKAGES,
      graph: await configGraph(root, parsed),
      marks: new Map(),
      notes: [],
      purposes: new Map(),
    },
    asked: new Set(),
    recorded: NOTHING_RECORDED,
  });
  await Promise.all(layers.map(({ bytes }) => bytes.close()));
  await spools.close();
  const verdictAt = (path: string) =>
    verdicts.get(nodeAt(root, path) as NonNullable<ReturnType<typeof nodeAt>>);
  const paths = lines.map((line) => line.replace(/(=|->|=>).*$/, '').replace(/\/$/, ''));
  return {
    gone: paths.filter((path) => verdictAt(path)?.action === 'drop'),
    why: Object.fromEntries(
      paths.flatMap((path) =>
        verdictAt(path)?.action === 'keep' ? [[path, verdictAt(path)?.reason]] : [],
      ),
    ),
  };
};

const TMP = { match: ['/tmp/**'] };

test('the glob x/** takes what is below x, not x itself', async () => {
  const { gone } = await ask({ tree: ['tmp/', 'tmp/a/', 'tmp/a/b=1'], rules: [TMP] });
  expect(gone).toEqual(['tmp/a', 'tmp/a/b']);
});

test('a glob that matches a folder takes what is in it, except what "except" and keep rules name', async () => {
  const tree = ['c/', 'c/a=1', 'c/b=1', 'c/d/', 'c/d/e=1'];
  expect((await ask({ tree, rules: [{ match: ['/c'] }] })).gone).toEqual([
    'c',
    'c/a',
    'c/b',
    'c/d',
    'c/d/e',
  ]);
  const spared = await ask({
    tree,
    rules: [{ match: ['/c'], except: ['/c/d'] }],
    keepRules: [{ match: ['/c/b'], reason: 'needed' }],
  });
  expect(spared.gone).toEqual(['c/a']);
  expect(spared.why).toEqual({ c: '/c/b stays', 'c/b': 'needed' });
});

test('a rule for files takes no folders and links', async () => {
  const { gone } = await ask({
    tree: ['v/', 'v/d/', 'v/d/x=1', 'v/l->/dev/stdout'],
    rules: [{ match: ['/v/**'], only: 'files' }],
  });
  expect(gone).toEqual(['v/d/x']);
});

test('a file that the config names stays, with the folder that a rule would take as a whole', async () => {
  const tree = ['tmp/', 'tmp/app/', 'tmp/app/run.sh=1', 'tmp/app/lib=1', 'tmp/junk=1'];
  const { gone, why } = await ask({ tree, rules: [TMP], config: { Cmd: ['/tmp/app/run.sh'] } });
  expect(gone).toEqual(['tmp/junk']);
  expect(why).toEqual({
    'tmp/app': 'p/r0 would also take the cmd of the config',
    'tmp/app/run.sh': 'it is the cmd of the config',
    'tmp/app/lib': 'p/r0 would also take the cmd of the config',
  });
});

test.each([
  ['entrypoint by PATH', { Entrypoint: ['app'], Env: ['PATH=/opt/x'] }],
  ['cmd relative to the working folder', { Cmd: ['./app'], WorkingDir: '/opt/x' }],
  ['a word of a shell line', { Cmd: ['/bin/sh', '-c', 'cd / && exec /opt/x/app --now'] }],
  ['a health check', { Healthcheck: { Test: ['CMD-SHELL', '/opt/x/app || exit 1'] } }],
  ['a link to it', { Cmd: ['/start'] }],
])('a file that the config names as %s stays', async (_, config) => {
  const tree = ['opt/', 'opt/x/', 'opt/x/app=1', 'opt/y=1', 'start->opt/x/app'];
  const { gone } = await ask({
    tree,
    rules: [{ match: ['/opt/**'] }],
    drop: ['/opt/x/app'],
    config,
  });
  expect(gone).not.toContain('opt/x/app');
  expect(gone).toContain('opt/y');
});

test.each([
  ['volume', { Volumes: { '/opt/x': {} } }],
  ['search path', { Env: ['PYTHONPATH=/opt/x'] }],
  ['working folder', { WorkingDir: '/opt/x' }],
])('no rule takes files in a %s', async (_, config) => {
  const tree = ['opt/', 'opt/x/', 'opt/x/app=1', 'opt/y=1'];
  expect((await ask({ tree, rules: [{ match: ['/opt/**'] }], config })).gone).toEqual(['opt/y']);
});

test('--keep wins over --drop, --drop over keep rules, keep rules over rules', async () => {
  const tree = ['a=1', 'b=1', 'c=1'];
  const keepRules = [{ match: ['/a', '/b', '/c'] }];
  const { gone } = await ask({
    tree,
    rules: [{ match: ['/*'] }],
    keepRules,
    drop: ['/b', '/c'],
    keep: ['/c'],
  });
  expect(gone).toEqual(['b']);
});

test('a rule with "overrides" passes the keep rules it names', async () => {
  const { gone } = await ask({
    tree: ['a=1'],
    rules: [{ match: ['/a'], overrides: ['p/k0'] }],
    keepRules: [{ match: ['/a'] }],
  });
  expect(gone).toEqual(['a']);
});

test('a file that a kept link leads to stays, and so do links on the way', async () => {
  const tree = [
    'app->/tmp/l',
    'tmp/',
    'tmp/l->x/y',
    'tmp/x/',
    'tmp/x/y/',
    'tmp/x/y/z=1',
    'tmp/junk=1',
    'tmp/k->junk',
  ];
  const { gone, why } = await ask({ tree, rules: [TMP] });
  expect(gone).toEqual(['tmp/junk', 'tmp/k']);
  expect(why['tmp/x/y/z']).toBe('/app links to it');
});

test('a link to a mount point does not keep what lies in it', async () => {
  const { gone } = await ask({ tree: ['tmp/', 'tmp/a=1', 'scratch->/tmp'], rules: [TMP] });
  expect(gone).toEqual(['tmp/a']);
});

test('links in circles and dangling links do no harm', async () => {
  const { gone } = await ask({
    tree: ['a->b', 'b->a', 'c->/no/where', 'd->../../..', 'tmp/', 'tmp/x=1'],
    rules: [TMP],
  });
  expect(gone).toEqual(['tmp/x']);
});

test('a rule takes files only where its requirements hold: exists, absent, beside, not-run, platform', async () => {
  const tree = ['a=1', 'm/', 'm/x.cpython-311.pyc=1', 'm/lonely.cpython-311.pyc=1', 'x.py=1'];
  const goes = async (requires: Rule['requires'], config: object = {}) =>
    (await ask({ tree, rules: [{ match: ['/a'], requires }], config })).gone.length === 1;
  expect(await goes({ exists: ['/m'] })).toBe(true);
  expect(await goes({ exists: ['/nope'] })).toBe(false);
  expect(await goes({ absent: ['/m'] })).toBe(false);
  expect(await goes({ notRun: ['npm'] })).toBe(true);
  expect(await goes({ notRun: ['npm'] }, { Cmd: ['sh', '-c', 'exec /usr/bin/npm start'] })).toBe(
    false,
  );
  expect(await goes({ platform: ['linux'] })).toBe(true);
  expect(await goes({ platform: ['linux/arm64'] })).toBe(false);
  expect(await goes({ notPlatform: ['linux/amd64'] })).toBe(false);
  const { gone } = await ask({
    tree,
    rules: [{ match: ['/m/*.pyc'], requires: { beside: ['../{stem}.py'] } }],
  });
  expect(gone).toEqual(['m/x.cpython-311.pyc']);
});
