import { expect, test } from 'vitest';
import { judgeFiles } from '../support/fact-image.ts';

const DATA = 'tmp/seed/in/a.sql';

/** Whether data below `/tmp` stays. */
const stays = async (files: Record<string, string>, config: object): Promise<boolean> => {
  const { gone } = await judgeFiles({ [DATA]: 'x', 'tmp/build/x.o': 'x', ...files }, { config });
  expect(gone).toContain('tmp/build/x.o');
  return !gone.includes(DATA);
};

test.each([
  'cp -rT /tmp/seed /data',
  'cp -a ${SKEL:-/tmp/seed}/. /data',
  'cp -a $(dirname /tmp/seed/x)/. /data',
  'rsync -a --delete /tmp/seed/ /data/',
  'tar -C /tmp/seed -cf - . | tar -C /data -xf -',
  '(cd /tmp/seed && tar cf - .) | (cd /data && tar xf -)',
  'find /tmp/seed -name "*.sql" -exec cp {} /data \\;',
  'find /tmp/seed -type f -print0 | xargs -0 cp -t /data',
  'cat /tmp/seed/in/*.sql | psql',
  'ls /tmp/seed/in/*.sql | while read -r file; do psql -f "$file"; done',
  'DIR=/tmp/seed; for file in "$DIR"/in/*; do psql -f "$file"; done',
  'SOURCES=(/tmp/seed /tmp/more); cp -r "${SOURCES[@]}" /data',
  'export SEED_DIR=/tmp/seed',
  'exec server --seed /tmp/seed',
  'exec java -jar server.jar --import-dir=/tmp/seed',
])('data that a start script uses stays: %s', async (line) => {
  const script = `#!/bin/bash\nset -e\n${line}\nexec "$@"\n`;
  expect(await stays({ 'start.sh': script }, { Entrypoint: ['/start.sh'], Cmd: ['app'] })).toBe(
    true,
  );
});

test.each([
  'rm -rf /tmp/seed',
  'mkdir -p /tmp/seed && chown app /tmp/seed',
  'export TMPDIR=/tmp/seed',
  'gosu app mkdir -p /tmp/seed',
])('a folder that a start script only makes or empties is no data: %s', async (line) => {
  const script = `#!/bin/bash\n${line}\nexec "$@"\n`;
  expect(await stays({ 'start.sh': script }, { Entrypoint: ['/start.sh'], Cmd: ['app'] })).toBe(
    false,
  );
});

test.each([
  'for name in os.listdir("/tmp/seed"): load(name)',
  'shutil.copytree("/tmp/seed/", target)',
  'for path in glob.glob("/tmp/seed/in/*.sql"): load(path)',
  'open(f"/tmp/seed/in/{name}.sql")',
])('data that a started source names stays: %s', async (line) => {
  expect(await stays({ 'srv/app.py': `${line}\n` }, { Cmd: ['python3', '/srv/app.py'] })).toBe(
    true,
  );
});

test.each<[string, object]>([
  ['a variable of the environment', { Cmd: ['app'], Env: ['SEED=/tmp/seed'] }],
  ['a variable, seen from the working folder', { WorkingDir: '/tmp', Env: ['SEED=seed/in/a.sql'] }],
  ['options in a variable', { Cmd: ['app'], Env: ['JAVA_OPTS=-Xmx1g -Dseed=/tmp/seed'] }],
  ['an address in a variable', { Cmd: ['app'], Env: ['SEED=file:///tmp/seed/in/a.sql?mode=ro'] }],
  ['a label', { Cmd: ['app'], Labels: { 'org.example.seed': '/tmp/seed' } }],
  ['a volume', { Cmd: ['app'], Volumes: { '/tmp/seed': {} } }],
  ['the command', { Cmd: ['app', '--seed', '/tmp/seed'] }],
])('data that is named by %s stays', async (_, config) => {
  expect(await stays({}, config)).toBe(true);
});

test('seeds stay in places where rules take files one by one', async () => {
  const files = {
    'run/app/seed.json': '{}',
    'run/other/x.pid': '1',
    'root/.cache/pip/wheels/a.whl': 'x',
    'usr/share/doc/app/pages/index.html': 'x',
    'usr/share/doc/other/index.html': 'x',
  };
  const { gone } = await judgeFiles(files, {
    config: {
      Cmd: ['app'],
      Env: ['STATE_DIR=/run/app', 'HELP_DIR=/usr/share/doc/app/pages'],
      Volumes: { '/root/.cache/pip': {} },
    },
  });
  expect(gone).toEqual(['run/other/x.pid', 'usr/share/doc/other/index.html']);
});
