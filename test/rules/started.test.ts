import { expect, test } from 'vitest';
import { judgeFiles, type Files, type Verdict } from '../support/fact-image.ts';

const HEADER = 'usr/include/stdio.h';
const GO = 'usr/local/go/bin/go';
const TREE: Files = { [HEADER]: 'x', [GO]: '#!go', 'tmp/x/server': '#!/bin/x\n' };

const judge = (files: Files, config: object): Promise<Verdict> =>
  judgeFiles({ ...TREE, ...files }, { config: { WorkingDir: '/srv', ...config } });

test('compilers go when nothing starts them', async () => {
  expect((await judge({}, { Cmd: ['app'] })).gone).toEqual(
    expect.arrayContaining([HEADER, GO, 'tmp/x/server']),
  );
});

test.each<[string, Files, object]>([
  [
    'a script that is the entrypoint',
    { 'start.sh': '#!/bin/sh\nexec go run .\n' },
    { Entrypoint: ['/start.sh'] },
  ],
  ['a script without a first line', { 'srv/start': 'go run .\n' }, { Cmd: ['sh', 'start'] }],
  [
    'a script that a script calls',
    { 'start.sh': '#!/bin/sh\n. /etc/more.sh\n', 'etc/more.sh': '#!/bin/bash\ngo run .\n' },
    { Entrypoint: ['/start.sh'] },
  ],
  [
    'the script of a health check',
    { 'srv/check': '#!/bin/sh\ngo run ./check\n' },
    { Cmd: ['app'], Healthcheck: { Test: ['CMD', './check'] } },
  ],
  [
    'a script in package.json',
    { 'srv/package.json': '{"scripts":{"start":"go run ."}}' },
    { Cmd: ['npm', 'start'] },
  ],
  ['a recipe of make', { 'srv/Makefile': 'serve:\n\tgo run .\n' }, { Cmd: ['make', 'serve'] }],
  [
    'settings of a supervisor',
    { 'etc/sup.conf': '[program:a]\ncommand=go run .\n' },
    { Cmd: ['supervisord', '-c', '/etc/sup.conf'] },
  ],
  [
    'a source of the application',
    { 'srv/a.py': 'subprocess.run(["go", "run", "."])' },
    { Cmd: ['python3', 'a.py'] },
  ],
])('a program that %s calls stays', async (_, files, config) => {
  expect((await judge(files, config)).gone).not.toContain(GO);
});

test.each<[string, Files, object]>([
  ['a comment', { 'start.sh': '#!/bin/sh\n# go away\nexec app\n' }, { Cmd: ['/start.sh'] }],
  [
    'a script of package.json nobody starts',
    { 'srv/package.json': '{"scripts":{"build":"go run ."}}' },
    { Cmd: ['npm', 'start'] },
  ],
  [
    'a source that goes itself',
    { 'usr/share/doc/x/a.py': 'subprocess.run(["go", "run"])' },
    { Cmd: ['app'] },
  ],
])('%s keeps no program', async (_, files, config) => {
  expect((await judge(files, config)).gone).toContain(GO);
});

test('headers stay where a source calls a compiler', async () => {
  const { gone } = await judge({ 'srv/a.py': 'subprocess.run(["gcc", "x.c"])' }, { Cmd: ['a.py'] });
  expect(gone).not.toContain(HEADER);
});

test('a script of hundreds of thousands of words is read like any other', async () => {
  const script = `#!/bin/sh\n${'a '.repeat(400_000)}\nexec go run .\n`;
  const { gone } = await judge({ 'start.sh': script }, { Cmd: ['/start.sh'] });
  expect(gone).not.toContain(GO);
});

test('a program that a script names stays, with its folder', async () => {
  const { gone } = await judge(
    { 'start.sh': '#!/bin/sh\nexec /tmp/x/server\n', 'tmp/x/page': 'x' },
    { Cmd: ['/start.sh'] },
  );
  expect(gone).not.toContain('tmp/x/server');
  expect(gone).not.toContain('tmp/x/page');
});

test('a folder that a script empties is not taken for a program', async () => {
  const { gone } = await judge({ 'start.sh': '#!/bin/sh\nrm -rf /tmp\n' }, { Cmd: ['/start.sh'] });
  expect(gone).toContain('tmp/x/server');
});
