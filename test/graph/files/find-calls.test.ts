import { expect, test } from 'vitest';
import { NO_PACKAGES } from '../../../src/ecosystems/system-package.ts';
import { findCalls } from '../../../src/graph/files/find-calls.ts';
import { elfFile } from '../../support/elf-file.ts';
import { factImage, type Files } from '../../support/fact-image.ts';

const PROGRAMS = ['git', 'make', 'gcc'];

const called = async (files: Files): Promise<string[]> => {
  const image = await factImage(files);
  const { calls } = await findCalls(image.root, PROGRAMS, NO_PACKAGES, image.open);
  await image.close();
  return [...calls.keys()].sort();
};

test.each<[string, string, string]>([
  ['a list of words in Python', 'srv/a.py', 'subprocess.run(["git", "log"])'],
  ['a command line in Python', 'srv/a.py', "os.system('git log')"],
  ['a command line kept for later', 'srv/a.js', "const line = 'git rev-parse HEAD';"],
  ['a path', 'srv/a.js', "spawn('/usr/bin/git', ['log'])"],
  ['backticks in Ruby', 'srv/a.rb', 'x = `git log`'],
  ['a template string', 'srv/a.js', 'execSync(`git log ${x}`)'],
  ['PHP', 'srv/a.php', '<?php shell_exec("git log");'],
  ['a shell script', 'srv/run.sh', 'set -e\ngit pull\n'],
  ['a shell script by its first line', 'srv/run', '#!/bin/bash\nx=$(git log)\n'],
  ['settings of a supervisor', 'etc/supervisor/conf.d/a.conf', 'command=git daemon\n'],
  ['a line after another in JavaScript', 'srv/a.js', 'execSync("cd /srv && git pull")'],
  ['behind a word in Python', 'srv/a.py', 'os.system("exec git daemon")'],
  ['a table of jobs', 'etc/cron.d/mirror', '0 4 * * * root git fetch\n'],
  ["a user's table of jobs", 'var/spool/cron/crontabs/web', '0 4 * * * git fetch\n'],
  ['a service under supervision', 'etc/s6/web/run', 'git daemon\n'],
  ['a unit', 'etc/systemd/system/a.service', '[Service]\nExecStart=/usr/bin/git daemon\n'],
  ['a package of the application', 'srv/node_modules/tagger/index.js', "exec('git tag')"],
])('a call of a program is found: %s', async (_, path, text) => {
  expect(await called({ [path]: text })).toEqual(['git']);
});

test.each<[string, string, string]>([
  ['a word in a sentence', 'srv/a.js', '// see git for more\nconst digit = "legit";'],
  ['an address', 'srv/a.py', 'url = "https://github.com/x/y.git"'],
  ['a sentence that begins with make', 'srv/a.js', "throw new Error('make sure it is there')"],
  ['a comment', 'srv/a.js', '/**\n * `git` is not called\n */\n// exec("git log")\n'],
  ['a description in a bundle', 'srv/a.js', 'x = {repository:{"type": "git"}}'],
  ['a field of package.json', 'srv/package.json', '{"repository": {"type": "git"}}'],
  ['a comment in settings', 'etc/php/php.ini', '; git log\n# git\nx = 1\n'],
  ['a comment in a shell script', 'srv/a.sh', '# then git pull\ntrue\n'],
  ['English in settings', 'etc/a.conf', 'title = we make it\n'],
  ['documentation', 'srv/README.md', 'run `git pull`'],
  ['package managers', 'srv/node_modules/npm/lib/a.js', "spawn('git', [])"],
  ['tests of a package', 'srv/node_modules/x/test/run.sh', 'npm test && git diff\n'],
  ['scripts of a package', 'srv/node_modules/x/test-docker.sh', 'git diff\n'],
  ['build systems', 'usr/lib/python3/dist-packages/setuptools/a.py', 'run(["gcc"])'],
  ['versions computed at build time', 'srv/pkg/_version.py', 'GITS = ["git"]'],
])('no call of a program is found: %s', async (_, path, text) => {
  expect(await called({ [path]: text })).toEqual([]);
});

test('calls of several programs are found, each with its callers', async () => {
  expect(await called({ 'srv/a.py': 'run(["gcc"])', 'srv/b.sh': 'make all\n' })).toEqual([
    'gcc',
    'make',
  ]);
});

test.each<[string, string, boolean]>([
  ['Go, with strings side by side', 'os/exec.(*Cmd).Start gotgitgut', true],
  ['C', 'posix_spawnp\0git\0', true],
  ['nothing that starts programs', 'gotgitgut', false],
  ['names of hosts and digits', 'os/exec.Command github.com/x/y vcs=git isDigit digits', false],
  [
    'the words of others',
    'execve libgcc_s.so.1 setg_gcc typegccheck \0gcc.rs\0 clang version',
    false,
  ],
])('calls in a compiled program are found: %s', async (_, text, calls) => {
  const program = Buffer.concat([elfFile(), Buffer.from(text)]);
  expect(await called({ 'srv/app': program })).toEqual(calls ? ['git'] : []);
});

test('words that are too common are no calls in compiled programs', async () => {
  const program = Buffer.concat([elfFile(), Buffer.from('execvp\0make\0')]);
  expect(await called({ 'srv/app': program })).toEqual([]);
});

test('a compiled program that names a compiler calls it', async () => {
  const program = Buffer.concat([elfFile(), Buffer.from('execvp\0gcc\0')]);
  expect(await called({ 'srv/app': program })).toEqual(['gcc']);
});

test('long runs of blanks do not slow the search for calls', async () => {
  const blanks = ' '.repeat(200_000);
  expect(
    await called({ 'srv/a.js': `exec${blanks}(${blanks}[${blanks}`, 'srv/b.sh': blanks }),
  ).toEqual([]);
});
