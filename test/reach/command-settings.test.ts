import { expect, test } from 'vitest';
import { showPlace } from '../../src/graph/place.ts';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const LIB = 'usr/lib/x86_64-linux-gnu';
const program = (needed: readonly string[] = []): Buffer =>
  elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed });

/** What stays whole only where it is started. */
const JQ = `${LIB}/libjq.so.1`;

const PACKAGES: readonly DpkgPackage[] = [
  { name: 'dash', files: { 'bin/sh': program() }, essential: true },
  { name: 'jq', files: { 'usr/bin/jq': program(['libjq.so.1']), [JQ]: elfFile() } },
  ...['git', 'ssh', 'sudo', 'sqlite3', 'psql', 'vim', 'php', 'msmtp', 'tmux', 'screen', 'less'].map(
    (name): DpkgPackage => ({ name, files: { [`usr/bin/${name}`]: program() } }),
  ),
  { name: 'sshd', files: { 'usr/sbin/sshd': program() } },
];

/** What becomes of an image that starts one program. */
const minimal = async (started: string, own: Files, config: object = {}) => {
  const files = dpkgFiles(PACKAGES, own);
  const { gone, judgement } = await judgeFiles(files, {
    config: { Cmd: [started], ...config },
    level: 'minimal',
  });
  return {
    startsJq: !gone.includes(JQ),
    open: (judgement.reach?.open ?? []).flatMap(({ place, isCovered }) =>
      isCovered ? [] : [showPlace(place)],
    ),
  };
};

test.each<[started: string, file: string, text: string]>([
  ['git', 'etc/gitconfig', '[core]\n\tpager = jq -n 1'],
  ['git', 'root/.gitconfig', '[core]\n\tsshCommand = "jq -n"'],
  ['git', 'root/.gitconfig', '[alias]\n\tcount = !git log | jq .'],
  ['git', 'root/.gitconfig', '[alias]\n\tcount = "!jq ."'],
  ['git', 'root/.gitconfig', '[pager]\n\tlog = jq'],
  ['git', 'srv/.git/config', '[filter "x"]\n\tclean = jq -S .'],
  ['git', 'srv/.git/config', '[merge "x"] driver = jq %A'],
  ['git', 'srv/.git/config', '[credential "https://x"]\n\thelper = !jq -r .token'],
  ['git', 'srv/.git/config', '[credential]\n\thelper = /usr/bin/jq'],
  ['git', 'srv/.git/config', '[diff]\n\texternal = jq'],
  ['git', 'srv/.git/config', '[gpg "ssh"]\n\tprogram = /usr/bin/jq'],
  ['ssh', 'etc/ssh/ssh_config', 'Host *\n  ProxyCommand jq -n %h'],
  ['ssh', 'root/.ssh/config', 'Match host x exec "jq -e ."\n  User a'],
  ['/usr/sbin/sshd', 'etc/ssh/sshd_config', 'AuthorizedKeysCommand /usr/bin/jq %u'],
  ['/usr/sbin/sshd', 'etc/ssh/sshd_config', 'Subsystem sftp /usr/bin/jq'],
  ['/usr/sbin/sshd', 'root/.ssh/authorized_keys', 'command="jq -n 1",no-pty ssh-ed25519 AAAA'],
  [
    'sudo',
    'etc/sudoers',
    'Defaults env_reset, editor=/usr/bin/nano:/usr/bin/jq, timestamp_timeout=0',
  ],
  ['sqlite3', 'root/.sqliterc', '.headers on\n.shell jq -n 1'],
  ['sqlite3', 'root/.sqliterc', '.import "|jq -r @csv" t'],
  ['psql', 'root/.psqlrc', String.raw`\! jq -n 1`],
  ['vim', 'root/.vimrc', 'let g:x = system("jq -n 1")'],
  ['vim', 'root/.vimrc', String.raw`set grepprg=jq\ -n`],
  ['vim', 'root/.vimrc', 'silent !jq -n 1'],
  ['php', 'etc/php/8.2/cli/conf.d/mail.ini', 'sendmail_path = "/usr/bin/jq -R"'],
  ['php', 'etc/php/8.2/fpm/pool.d/www.conf', 'php_admin_value[sendmail_path] = /usr/bin/jq -R'],
  ['msmtp', 'etc/msmtprc', 'account a\npasswordeval "jq -r .x /run/y"'],
  ['tmux', 'root/.tmux.conf', 'set -g default-command jq'],
  ['tmux', 'root/.tmux.conf', "set -g status-right '#(jq -n 1)'"],
  ['screen', 'etc/screenrc', 'backtick 1 5 5 jq -n 1'],
])('%s starts what %s says: %j', async (started, file, text) => {
  expect(await minimal(started, { [file]: `${text}\n` })).toEqual({ startsJq: true, open: [] });
});

test('settings go on in files that they include', async () => {
  const own = {
    'root/.gitconfig': '[include]\n\tpath = ~/more.inc\n',
    'root/more.inc': '[core]\n\teditor = jq\n',
  };
  expect(await minimal('git', own)).toEqual({ startsJq: true, open: [] });
});

test.each<[started: string, file: string, text: string]>([
  ['git', 'etc/gitconfig', '[core]\n\teditor = $TOOL -n'],
  ['vim', 'root/.vimrc', 'call system(g:tool)'],
])('what nobody can tell is open: %s, %s', async (started, file, text) => {
  const { open } = await minimal(started, { [file]: `${text}\n` });
  expect(open).toEqual([`/${file}, line ${text.split('\n').length}`]);
});

test.each<[started: string, file: string, text: string]>([
  ['git', 'etc/gitconfig', '# [core]\n#\tpager = jq'],
  ['git', 'etc/gitconfig', '[user]\n\tname = jq'],
  ['ssh', 'etc/ssh/ssh_config', '#   ProxyCommand jq'],
  ['less', 'etc/gitconfig', '[core]\n\tpager = jq'],
])('nothing is started by what is no command line: %s, %s: %j', async (started, file, text) => {
  expect(await minimal(started, { [file]: `${text}\n` })).toEqual({ startsJq: false, open: [] });
});

test.each(['PAGER=jq', 'EDITOR=/usr/bin/jq -n', 'LESSOPEN=|/usr/bin/jq %s', 'GIT_SSH_COMMAND=jq'])(
  'what a variable of the config says is started: %s',
  async (variable) => {
    expect(await minimal('less', {}, { Env: [variable] })).toEqual({ startsJq: true, open: [] });
  },
);

test('what a script exports for others to start is started', async () => {
  const own = { 'start.sh': '#!/bin/sh\nexport GIT_EDITOR="jq -n"\nexec git commit\n' };
  expect(await minimal('/start.sh', own)).toEqual({ startsJq: true, open: [] });
});

test('a script in PHP that sends mail starts sendmail', async () => {
  const files = dpkgFiles(
    [...PACKAGES, { name: 'mta', files: { 'usr/sbin/sendmail': program(['libjq.so.1']) } }],
    { 'srv/a.php': '<?php mail("a@b", "c", "d");\n' },
  );
  const { gone } = await judgeFiles(files, {
    config: { Cmd: ['php', '/srv/a.php'] },
    level: 'minimal',
  });
  expect(gone).not.toContain(JQ);
});

const EDIT = `#!/bin/sh
run() {
  "$@"
}
[ -n "$VISUAL" ] && run "$VISUAL" "$1" && exit
if [ -t 0 ]; then ask-for-editor; . ~/.selected_editor; fi
run \${EDITOR:-\${SELECTED_EDITOR:-jq}} "$1"
`;
const ASK = '#!/bin/sh\nread answer\necho "SELECTED_EDITOR=$answer" >~/.selected_editor\n';

test('an editor that nobody names is one that users name, and the one without', async () => {
  const own = { 'usr/bin/edit': EDIT, 'usr/bin/ask-for-editor': ASK };
  expect(await minimal('edit', own)).toEqual({ startsJq: true, open: [] });
});

test.each<[what: string, script: string, config: object]>([
  ['the script', EDIT.replace('run()', 'VISUAL=$(made-up)\nrun()'), {}],
  ['another variable', EDIT.replaceAll('VISUAL', 'TOOL'), {}],
])('an editor that %s names is not one that users name', async (_, script, config) => {
  const { open } = await minimal('edit', { 'usr/bin/edit': script }, config);
  expect(open).not.toEqual([]);
});
