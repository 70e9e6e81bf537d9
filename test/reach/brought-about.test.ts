import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { showPlace } from '../../src/graph/place.ts';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';
import { skipWithout } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

/*
 * What an application comes to start in ways that no file shows as a whole: files that are there only while it runs, code in
 * other forms than sources, functions that are looked up.
 */

const program = (strings: readonly string[] = []): Buffer =>
  elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2', strings });

const packageOf = (name: string, path: string): DpkgPackage => ({
  name,
  files: { [path]: program() },
});

const PACKAGES: readonly DpkgPackage[] = [
  packageOf('dash', 'bin/sh'),
  packageOf('tar', 'bin/tar'),
  packageOf('jq', 'usr/bin/jq'),
  packageOf('php', 'usr/bin/php'),
  packageOf('ruby', 'usr/bin/ruby'),
  packageOf('python3', 'usr/bin/python3'),
];

const minimal = async (own: Files, cmd: readonly string[]) => {
  const files = dpkgFiles(PACKAGES, own);
  const { gone, judgement } = await judgeFiles(files, { config: { Cmd: cmd }, level: 'minimal' });
  return {
    hasJq: !gone.includes('usr/bin/jq'),
    open: (judgement.reach?.open ?? []).flatMap(({ place, word, isCovered }) =>
      isCovered ? [] : [`${showPlace(place)}: ${word}`],
    ),
  };
};

test.each([
  ['tar -xf /app.tar -C /srv/x\nexec /srv/x/run', 3, '/srv/x/run'],
  ['sed 1,5d "$0" | tar -x\n./run', 3, './run'],
  ['curl -o /srv/x.sh https://example.org/x\nsh /srv/x.sh', 3, '/srv/x.sh'],
  ['exec /tmp/run', 2, '/tmp/run'],
])('a script starts what comes into being while it runs: %j', async (lines, line, path) => {
  const { open } = await minimal({ 'srv/start': `#!/bin/sh\n${lines}\n` }, ['/srv/start']);

  expect(open).toEqual([`/srv/start, line ${line}: ${path}`]);
});

test('settings that a script writes and then reads are there', async () => {
  const script = '#!/bin/sh\necho TOOL=jq >/tmp/env\n. /tmp/env\nexec $TOOL -n 1\n';

  expect(await minimal({ 'srv/start': script }, ['/srv/start'])).toEqual({ hasJq: true, open: [] });
});

test('a program that some systems have is none that comes into being', async () => {
  const script = '#!/bin/sh\n[ -x /usr/bin/nice-to-have ] && /usr/bin/nice-to-have\nexec cat\n';

  expect((await minimal({ 'srv/start': script }, ['/srv/start'])).open).toEqual([]);
});

test.each([
  ['opt/bin/query', true],
  ['usr/local/bin/query', false],
  ['etc/rc2.d/S01query', false],
])('a link to a program by another name: %s', async (link, stays) => {
  const own = { [link]: '-> /usr/bin/jq', 'srv/app': program() };

  expect((await minimal(own, ['/srv/app'])).hasJq).toBe(stays);
});

test('who changes to another user starts the shell of that user', async () => {
  const packages = [
    ...PACKAGES,
    packageOf('sudo', 'usr/bin/sudo'),
    packageOf('bash', 'usr/bin/bash'),
  ];
  const goneWith = async (cmd: readonly string[]): Promise<readonly string[]> =>
    (await judgeFiles(dpkgFiles(packages), { config: { Cmd: cmd }, level: 'minimal' })).gone;

  expect(await goneWith(['/usr/bin/sudo', '-i', '-u', 'app', 'jq'])).not.toContain('usr/bin/bash');
  expect(await goneWith(['/usr/bin/jq'])).toContain('usr/bin/bash');
});

test.each([
  ['page.erb', 'ruby', '<p>\n<%= `#{tool} -n 1` %>\n', 2],
  ['page.tpl', 'php', '<p>\n<?php passthru($tool); ?>\n', 2],
  ['page', 'php', '<?= shell_exec($tool) ?>\n', 1],
  ['app.phar', 'php', '<?php\nsystem($tool);\n__HALT_COMPILER();', 2],
])('code in the template %s', async (name, interpreter, text, line) => {
  const { open } = await minimal({ [`srv/${name}`]: text, 'srv/main': 'x' }, [
    `/usr/bin/${interpreter}`,
    '/srv/main',
  ]);

  expect(open).toHaveLength(1);
  expect(open[0]).toContain(`/srv/${name}, line ${line}: `);
});

test.each([
  ['main.lua', 'os.execute(tool .. " -n 1")', 'os.execute("jq -n 1")'],
  ['main.tcl', 'puts [exec $tool -n 1]', 'puts [exec jq -n 1]'],
  ['Main.java', 'new ProcessBuilder(tool, "-n").start();', 'Runtime.getRuntime().exec("jq -n 1");'],
  ['main.R', 'system(paste(tool, "-n"))', "system('jq -n 1')"],
  ['main.exs', 'System.cmd(tool, ["-n"])', 'System.shell("jq -n 1")'],
])('a source in another language, %s', async (name, open, closed) => {
  const cmd = ['/srv/app', `/srv/${name}`];
  const own = { 'srv/app': program() };

  const computed = await minimal({ ...own, [`srv/${name}`]: `x\n${open}\n` }, cmd);
  expect(computed.open).toEqual([expect.stringContaining(`/srv/${name}, line 2: `)]);
  const whole = await minimal({ ...own, [`srv/${name}`]: `x\n${closed}\n` }, cmd);
  expect(whole).toEqual({ hasJq: true, open: [] });
});

test('a page without code starts nothing', async () => {
  const own = { 'srv/page.html': '<p>`#{tool}` exec($x)</p>', 'srv/main': 'x' };

  expect((await minimal(own, ['/usr/bin/php', '/srv/main'])).open).toEqual([]);
});

test('compiled code of Python without its source says which programs there are, and not which it starts', async () => {
  const code = '\xa7\r\r\n\0\xda\nsubprocess\xda\x03run\xda\x08jq -n 1\xda\x04open';
  const cmd = ['/usr/bin/python3', '/srv/main.pyc'];

  expect(await minimal({ 'srv/main.pyc': code }, cmd)).toEqual({
    hasJq: true,
    open: ['/srv/main.pyc: a program by a name in compiled code'],
  });
  expect((await minimal({ 'srv/main.pyc': '\xa7\r\r\n\0\xda\x04open' }, cmd)).open).toEqual([]);
});

test.each([
  ['looks a function up', [], 'return ((int (*)(char *, char **)) dlsym(0, "execvp"))(*v, v);'],
  ['asks by a number', [], 'return syscall(59, v[1], v, 0);'],
  ['has the kernel do it', ['-static', '-s', '-nostdlib'], '__asm__("mov $59, %eax; syscall");'],
])('a program that %s may start any other', async (_, options, body) => {
  skipWithout('gcc');
  const source = join(tempFolder(), 'app.c');
  const main = options.length > 0 ? 'void _start(void)' : 'int main(int c, char **v)';
  writeFileSync(
    source,
    `long syscall(long, ...); void *dlsym(void *, const char *);\n${main} { ${body} }\n`,
  );
  execFileSync('gcc', ['-O1', '-w', ...options, '-o', `${source}.out`, source]);
  const app = readFileSync(`${source}.out`);

  expect((await minimal({ 'srv/app': app }, ['/srv/app'])).open).toEqual([
    '/srv/app: a program by a computed name',
  ]);
});
