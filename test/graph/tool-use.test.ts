import { expect, test } from 'vitest';
import { NO_PACKAGES } from '../../src/ecosystems/system-package.ts';
import { buildGraph } from '../../src/graph/build-graph.ts';
import { factImage, type Files } from '../support/fact-image.ts';
import { showPlace } from './graph-case.ts';

/** Where an image says that it uses a tool; `undefined` where it does not. */
const useOf = async (
  tool: string,
  { files = {}, config }: { files?: Files; config: object },
): Promise<string | undefined> => {
  const image = await factImage(files, { config });
  const graph = await buildGraph(
    { ...image, packages: NO_PACKAGES },
    { programs: [], fileNeeds: false },
  );
  await image.close();
  const place = graph.toolUse(tool);
  return place && showPlace(place);
};

test.each<[string, string, { files?: Files; config: object }, string]>([
  [
    'npm',
    'in a script',
    { files: { start: '#!/bin/sh\ncd /app && npm ci --offline\n' }, config: { Cmd: ['/start'] } },
    '/start:2',
  ],
  [
    'npm',
    'with a verb behind options',
    { config: { Cmd: ['npm', '--prefix', '/app', 'install'] } },
    'cmd',
  ],
  ['npm', 'with a verb that nobody knows', { config: { Cmd: ['sh', '-c', 'npm $VERB'] } }, 'cmd'],
  [
    'npm',
    'told to work offline',
    { config: { Cmd: ['node'], Env: ['npm_config_offline=true'] } },
    'variable npm_config_offline',
  ],
  [
    'npm',
    'told so on the command line',
    { config: { Cmd: ['npm', 'start', '--prefer-offline'] } },
    'cmd',
  ],
  [
    'npm',
    'in a trigger of ONBUILD',
    { config: { OnBuild: ['RUN npm install'] } },
    'trigger of ONBUILD',
  ],
  [
    'npm',
    'in a source',
    { files: { 'srv/a.js': "\nspawn('npm', ['ci'])" }, config: { Cmd: ['node', '/srv/a.js'] } },
    '/srv/a.js:2',
  ],
  [
    'npm',
    'in a script of package.json',
    {
      files: { 'srv/package.json': '{"scripts":{"start":"npm install && node ."}}' },
      config: { WorkingDir: '/srv', Cmd: ['npm', 'start'] },
    },
    '/srv/package.json[scripts.start]',
  ],
  ['yarn', 'without a verb', { config: { Cmd: ['sh', '-c', 'yarn --frozen-lockfile'] } }, 'cmd'],
  ['pip', 'as a module', { config: { Cmd: ['python3', '-m', 'pip', 'install', 'x'] } }, 'cmd'],
  [
    'pip',
    'from a source',
    {
      files: {
        'srv/a.py':
          'import sys\nsubprocess.check_call([sys.executable, "-m", "pip", "install", x])\n',
      },
      config: { Cmd: ['python3', '/srv/a.py'] },
    },
    '/srv/a.py:2',
  ],
  ['pip', 'told to use no index', { config: { Env: ['PIP_NO_INDEX=1'] } }, 'variable PIP_NO_INDEX'],
  [
    'apt',
    'in an entrypoint',
    {
      files: { start: '#!/bin/sh\napt-get install -y $MORE\n' },
      config: { Entrypoint: ['/start'] },
    },
    '/start:2',
  ],
  [
    'apt',
    'through a variable',
    {
      files: { start: '#!/bin/sh\nAPT="apt-get -y"\n$APT install x\n' },
      config: { Entrypoint: ['/start'] },
    },
    '/start:3',
  ],
  [
    'go',
    'by a variable a script exports',
    {
      files: { start: '#!/bin/sh\nexport GOPROXY=off\nexec app\n' },
      config: { Entrypoint: ['/start'] },
    },
    'variable GOPROXY',
  ],
  [
    'ivy',
    'by what a source asks for',
    {
      files: { 'srv/job.py': 'import x\n\nconfig("spark.jars.packages", "a:b:1")\n' },
      config: { Cmd: ['python3', '/srv/job.py'] },
    },
    '/srv/job.py:3',
  ],
  [
    'pre-commit',
    'as the entrypoint',
    { config: { Entrypoint: ['pre-commit'], Cmd: ['run'] } },
    'entrypoint',
  ],
  [
    'mytool',
    'a program that is no known tool',
    { config: { Cmd: ['sh', '-c', 'mytool --x'] } },
    'cmd',
  ],
])('%s is used: %s', async (tool, _, image, place) => {
  expect(await useOf(tool, image)).toBe(place);
});

test.each<[string, string, { files?: Files; config: object }]>([
  ['npm', 'a script is started', { config: { Cmd: ['npm', 'start'] } }],
  [
    'npm',
    'offline is turned off',
    { config: { Cmd: ['node'], Env: ['npm_config_offline=false'] } },
  ],
  [
    'npm',
    'a message speaks of it',
    { files: { start: '#!/bin/sh\necho "run npm install first"\n' }, config: { Cmd: ['/start'] } },
  ],
  [
    'npm',
    'a script that nobody starts',
    { files: { 'srv/x.sh': '#!/bin/sh\nnpm ci\n' }, config: { Cmd: ['node'] } },
  ],
  ['yarn', 'a script is started', { config: { Cmd: ['yarn', 'start'] } }],
  [
    'apt',
    'it is asked what there is',
    { config: { Cmd: ['sh', '-c', 'apt-get --version; apt list'] } },
  ],
  ['pip', 'it lists', { config: { Cmd: ['pip', 'list'] } }],
])('%s is not used where %s', async (tool, _, image) => {
  expect(await useOf(tool, image)).toBeUndefined();
});

test.each<[string, readonly string[], string | undefined]>([
  ['static files of Django', ['python3.12', 'manage.py', 'collectstatic', '--noinput'], 'cmd'],
  ['by the command of Django', ['django-admin', 'collectstatic'], 'cmd'],
  ['a server of Django', ['python', 'manage.py', 'runserver', '0.0.0.0:80'], undefined],
  ['assets of Rails', ['ruby', 'bin/rails', 'assets:precompile'], 'cmd'],
  ['a server of Rails', ['bin/rails', 'server'], undefined],
  ['by the file of a tool', ['node', '/app/node_modules/vite/bin/vite.js', 'build'], 'cmd'],
  ['what was built before', ['npx', 'vite', 'preview'], undefined],
  ['a server that was built', ['next', 'start', '-p', '80'], undefined],
])('a build of assets is told from a server: %s', async (_, Cmd, expected) => {
  expect(await useOf('assets', { config: { Cmd } })).toBe(expected);
});
