import { expect, test } from 'vitest';
import { readText } from './read-text.ts';

/** Every file that is found, as `use path`; what a program is started with behind it. */
const found = async (...lines: readonly string[]): Promise<string[]> => {
  const { files } = await readText(lines.join('\n'));
  return files.map(({ use, path, args }) => [use, path, ...(args ?? [])].join(' '));
};

test('calls that name files count, and those that found nothing do not', async () => {
  expect(
    await found(
      'execve("/usr/bin/cat", ["cat", "a b", "\\303\\244"], 0x7ffd /* 5 vars */) = 0',
      'access("/etc/ld.so.preload", R_OK)      = -1 ENOENT (No such file or directory)',
      'openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3',
      'newfstatat(AT_FDCWD, "/etc/a", {st_mode=S_IFREG|0644, st_size=4, ...}, 0) = 0',
      'stat("/etc/b", {st_mode=S_IFREG|0644, ...}) = 0',
      'readlink("/etc/link", "target", 4095)   = 6',
      'access("/etc/shadow", R_OK)             = -1 EACCES (Permission denied)',
      'open("/etc/none/x", O_RDONLY)           = -1 ENOTDIR (Not a directory)',
      'newfstatat(3, "", {st_mode=S_IFREG|0644, ...}, AT_EMPTY_PATH) = 0',
      'read(3, "open(\\"/etc/no\\") = 3", 512)  = 5',
      'exit_group(0)                           = ?',
    ),
  ).toEqual([
    'started /usr/bin/cat a b Ã¤',
    'opened /etc/ld.so.cache',
    'asked /etc/a',
    'asked /etc/b',
    'asked /etc/link',
    'asked /etc/shadow',
  ]);
});

test.each([
  ['[pid 12] openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3'],
  ['[pid  12] 10:11:12 openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3'],
  ['12    openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3'],
  ['12 10:11:12.123456 openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3</etc/x> <0.000012>'],
  ['12 1700000000.123456 openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3'],
  ['12<cat> openat(AT_FDCWD</>, "/etc/x", O_RDONLY) = 3</etc/x>'],
  ['12 /* 4711 in strace\'s PID NS */ openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3'],
  ['     0.000123 openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3'],
  ['[00007f1f2c3d4e5f] [ 257] openat(AT_FDCWD, "/etc/x", O_RDONLY) = 3'],
  ['openat(AT_FDCWD, "\\x2f\\x65tc/x", O_RDONLY) = 3'],
  ['openat(3</etc>, "x", O_RDONLY) = 4'],
  ['openat(AT_FDCWD, "x", O_RDONLY) = 4</etc/x>'],
  ['open("/etc//./x", O_RDONLY) = 3'],
])('a line in another form: %s', async (line) => {
  const files = await found(line.startsWith('     ') ? line.trimStart() : line);
  expect(files).toEqual(['opened /etc/x']);
});

test('both halves of a call are put together, by process', async () => {
  expect(
    await found(
      '1 openat(AT_FDCWD, "/etc/a", O_RDONLY <unfinished ...>',
      '2 openat(AT_FDCWD, "/etc/none", O_RDONLY <unfinished ...>',
      '1 <... openat resumed>)             = 3',
      '2 <... openat resumed>)             = -1 ENOENT (No such file or directory)',
      '3 execve("/bin/b", ["b"], 0x1 /* 2 vars */ <unfinished ...>',
      '3 <... execve resumed> )            = 0',
    ),
  ).toEqual(['opened /etc/a', 'started /bin/b']);
});

test('a relative path counts where the folder of its process is known', async () => {
  expect(
    await found(
      '1 open("lost", O_RDONLY) = 3',
      '1 chdir("/srv") = 0',
      '1 open("a", O_RDONLY) = 3',
      '1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
      '2 open("early", O_RDONLY) = 3',
      '1 <... clone resumed>) = 2',
      '2 chdir("sub") = 0',
      '2 open("../b", O_RDONLY) = 3',
      '1 open("c", O_RDONLY) = 3',
      '1 clone3({flags=CLONE_VM|CLONE_FS|CLONE_THREAD} => {parent_tid=[3]}, 88) = 3',
      '3 chdir("/opt") = 0',
      '1 open("d", O_RDONLY) = 3',
      '4 getcwd("/home", 4096) = 6',
      '4 open("e", O_RDONLY) = 3',
      '2 +++ exited with 0 +++',
      '2 open("of another process with its number", O_RDONLY) = 3',
      '5 newfstatat(AT_FDCWD</var>, "f", {...}, 0) = 0',
      '5 open("g", O_RDONLY) = 3',
    ),
  ).toEqual([
    'asked /srv',
    'opened /srv/a',
    'opened /srv/early',
    'asked /srv/sub',
    'opened /srv/sub/../b',
    'opened /srv/c',
    'asked /opt',
    'opened /opt/d',
    'opened /home/e',
    'asked /var/f',
    'opened /var/g',
  ]);
});

test('what is relative to nothing known is counted', async () => {
  const { unplaced } = await readText(
    'open("/a", O_RDONLY) = 3\nopen("b", O_RDONLY) = 3\nopenat(7, "c", O_RDONLY) = 3\n',
  );
  expect(unplaced).toBe(2);
});

test('the strongest use of a path counts, with its line', async () => {
  const { files } = await readText(
    'stat("/bin/x", {...}) = 0\nexecve("/bin/x", ["x"], 0x1) = 0\nopen("/bin/x", O_RDONLY) = 3\n',
  );
  expect(files).toEqual([{ path: '/bin/x', use: 'started', line: 2, args: [] }]);
});

test('paths of the host lead into the container', async () => {
  const storage = '/var/lib/docker/overlay2/4f2c/merged';
  const task = '/run/containerd/io.containerd.runtime.v2.task/k8s.io/4f2c/rootfs';
  expect(
    await found(
      `open("${storage}/etc/a", O_RDONLY) = 3`,
      `open("${task}/etc/b", O_RDONLY) = 3`,
      'open("/proc/12/root/etc/c", O_RDONLY) = 3',
      'open("/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs/etc/d", 0) = 3',
    ),
  ).toEqual(['opened /etc/a', 'opened /etc/b', 'opened /etc/c', 'opened /etc/d']);
});
