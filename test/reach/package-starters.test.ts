import { expect, test } from 'vitest';
import { languageOf, type Language } from '../../src/graph/sources/language.ts';
import { sitesOfPackage } from '../../src/reach/starters/package-sites.ts';
import { startingFunctions } from '../../src/reach/starters/starting-functions.ts';
import { showPlace } from '../../src/graph/place.ts';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const script = languageOf('a.js') as Language;
const functionsOf = (...texts: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    startingFunctions(
      script,
      texts.map((text) => ({ text, sites: [] })),
    ),
  );

const CP = "const cp = require('child_process');\n";

test.each<[source: string, expected: Record<string, number>]>([
  [`${CP}exports.run = (cmd, args) => cp.spawnSync(cmd, args);`, { run: 0 }],
  [`${CP}exports.run = function (options, line) { return cp.execSync(line); };`, { run: 1 }],
  [`${CP}function run({ cwd, file }) {\n  return cp.execFile(file, { cwd });\n}`, { run: 0 }],
  [`${CP}module.exports = (cmd) => new Promise((done) => cp.exec(cmd, done));`, { default: 0 }],
  [
    `${CP}function run(cmd) { return cp.spawn(cmd); }\nmodule.exports = run;`,
    { run: 0, default: 0 },
  ],
  [
    `${CP}const go = async (file) => { const it = parse(file); cp.spawn(it.command); };\nexport { go as start };`.replace(
      CP,
      "import cp from 'child_process';\n",
    ),
    { go: 0, start: 0 },
  ],
  [
    `${CP}class Runner {\n  constructor(cmd) {\n    this.cmd = cmd;\n  }\n  run() {\n    cp.spawn(this.cmd);\n  }\n}`,
    { Runner: 0 },
  ],
  [`${CP}class Runner {\n  run(cmd) {\n    cp.spawn(cmd);\n  }\n}`, { run: 0 }],
  [
    `${CP}const low = (line) => cp.execSync(line);\nexports.high = (name, line) => low(line + ' -n');`,
    { low: 0, high: 1 },
  ],
  [`${CP}exports.run = cp.execFileSync;`, { run: 0 }],
  [`${CP}exports.sh = (line) => cp.spawnSync('sh', ['-c', line]);`, { sh: 0 }],
  // What it starts, it says itself.
  [`${CP}exports.log = (range) => cp.execFileSync('git', ['log', range]);`, {}],
  [`${CP}exports.log = (range) => cp.execSync(\`git log \${range}\`);`, {}],
  [`${CP}exports.open = () => cp.spawn(process.env.BROWSER);`, {}],
  ['exports.exec = (pattern, text) => pattern.exec(text);', {}],
])('functions of a package that start what callers say: %j', (source, expected) => {
  expect(functionsOf(source)).toEqual(expected);
});

test('a function is found that calls one of another file of its package', () => {
  const low = `${CP}module.exports.start = (file) => cp.spawn(file);`;
  const high = "const { start } = require('./low');\nexports.run = (job) => start(job.tool);";

  expect(functionsOf(high, low)).toEqual({ start: 0, run: 0 });
});

test.each([
  "const runner = require('runner');\nrunner.run(x)",
  "const { run } = require('runner');\nrun(x)",
  "const { run: go } = require('runner/lib');\ngo(x)",
  "import { run as go } from 'runner';\ngo(x)",
  "import * as all from 'runner';\nall.run(x)",
  'var runner_1 = __importDefault(require("runner"));\n(0, runner_1.run)(x)',
  "require('runner').run(x)",
  "const Runner = require('runner');\nconst it = new Runner();\nit.run(x)",
])('an application calls a function of a package: %j', (text) => {
  const sites = sitesOfPackage(text, 'runner', new Map([['run', 0]]));
  expect(
    sites.some(({ pattern }) => text.match(pattern)?.some((found) => text.endsWith(`${found}x)`))),
  ).toBe(true);
});

const LIB = 'usr/lib/x86_64-linux-gnu';
const program = (needed: readonly string[] = []): Buffer =>
  elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed });
const PACKAGES: readonly DpkgPackage[] = [
  { name: 'dash', files: { 'bin/sh': program() }, essential: true },
  { name: 'nodejs', files: { 'usr/bin/node': program() } },
  {
    name: 'jq',
    files: { 'usr/bin/jq': program(['libjq.so.1']), [`${LIB}/libjq.so.1`]: elfFile() },
  },
];
const RUNNER: Files = {
  'srv/node_modules/runner/package.json': '{"name":"runner","main":"index.js"}',
  'srv/node_modules/runner/index.js': `${CP}exports.run = (cmd, args) => cp.spawnSync(cmd, args);\nexports.name = (text) => text;\n`,
  'srv/node_modules/wrapper/package.json': '{"name":"wrapper","main":"index.js"}',
  'srv/node_modules/wrapper/index.js':
    "const { run } = require('runner');\nmodule.exports = (tool) => run(tool, []);\n",
};

/** What becomes of an application for Node. */
const minimal = async (own: Files) => {
  const files = dpkgFiles(PACKAGES, own);
  const { gone, judgement } = await judgeFiles(files, {
    config: { Cmd: ['node', '/srv/app.js'] },
    level: 'minimal',
  });
  const open = (judgement.reach?.open ?? []).flatMap(({ place, isCovered }) =>
    isCovered ? [] : [showPlace(place)],
  );
  return { open, startsJq: !gone.includes(`${LIB}/libjq.so.1`) };
};

test('packages that load each other in a circle', async () => {
  const own = {
    'srv/node_modules/a/index.js': "const b = require('b');\nexports.go = (x) => b.run(x);\n",
    'srv/node_modules/b/index.js': `${CP}const a = require('a');\nexports.run = (cmd) => cp.spawn(cmd);\n`,
    'srv/app.js': "require('a').go(settings.tool);\n",
  };
  expect((await minimal(own)).open).toEqual(['/srv/app.js, line 1']);
});

test.each<[app: string, startsJq: boolean, open: readonly string[]]>([
  ["const { run } = require('runner');\nrun('j' + 'q', ['-n']);", true, []],
  [
    "const { run } = require('runner');\nrun(settings.tool, ['-n']);",
    false,
    ['/srv/app.js, line 2'],
  ],
  ["const { name } = require('runner');\nname(settings.tool);", false, []],
  ["const go = require('wrapper');\ngo(settings.tool);", false, ['/srv/app.js, line 2']],
  ["const go = require('wrapper');\ngo('j' + 'q');", true, []],
])('what an application has a package start: %j', async (app, startsJq, expected) => {
  const result = await minimal({ ...RUNNER, 'srv/app.js': `${app}\n` });
  expect(result).toEqual({ open: expected, startsJq });
});
