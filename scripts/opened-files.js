// What a run of an image opens: its own command is started in Podman and asked what fixtures/images/probes.ts asks, with
// strace on its processes. Needs root, podman, runc, skopeo and strace.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const run = promisify(execFile);
const podman = async (...args) =>
  (await run('podman', ['--runtime', 'runc', ...args])).stdout.trim();

/**
 * The files of the image that a run opens or starts, as sorted paths without symlinks, and how large they are together:
 * a tar of them, in bytes, compressed by gzip. `commands` are shell lines that are run in the container.
 */
export const openedFiles = async (layout, { pages = [], commands = [] }) => {
  const image = `localhost/reslim-opened/${process.pid}:1`;
  const folder = mkdtempSync(join(tmpdir(), 'reslim-opened-'));
  let container;
  try {
    await run('skopeo', ['copy', '--quiet', `oci:${layout}:1.0`, `containers-storage:${image}`]);
    const port = await freePort();
    const options = ['--network', 'host', '--env', `PORT=${port}`, ...LIMITS];
    container = await podman('create', ...options, image);
    // Its first process waits until the container is started.
    await podman('init', container);
    const pid = await podman('inspect', '--format', '{{.State.Pid}}', container);
    const traces = [await attach(pid, join(folder, 'main'))];
    await podman('start', container);
    await listening(port);
    for (const page of pages) await ask(port, page);
    for (const [at, command] of commands.entries())
      traces.push(await runTraced(pid, command, join(folder, `command-${at}`)));
    await podman('kill', '--signal', 'KILL', container).catch(() => {});
    const texts = [];
    for (const trace of traces) texts.push(await trace.end());
    const root = await podman('image', 'mount', image);
    const paths = pathsOf(root, texts.join('\n'));
    return { paths, compressedSize: compressedSize(root, paths) };
  } finally {
    if (container !== undefined) await podman('rm', '--force', container).catch(() => {});
    await podman('image', 'unmount', '--force', image).catch(() => {});
    await podman('image', 'rm', '--force', image).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
};

const LIMITS = ['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000'];

/** Has strace watch a process and all that it starts; `end` gives what it saw. */
const attach = async (pid, file) => {
  const calls = 'trace=open,openat,openat2,execve,execveat';
  const strace = spawn('strace', ['-f', '-y', '-s', '4096', '-e', calls, '-o', file, '-p', pid], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => strace.once('exit', resolve));
  await new Promise((resolve, reject) => {
    strace.stderr.on('data', (text) => String(text).includes('attached') && resolve());
    strace.once('exit', () => reject(new Error(`strace does not attach to process ${pid}`)));
  });
  return {
    end: async () => {
      strace.kill('SIGINT');
      await ended;
      return readFileSync(file, 'latin1');
    },
  };
};

/** Runs a shell line among the processes of a container, as its first process is run. */
const runTraced = async (pid, command, file) => {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const [uid, gid] = ['Uid', 'Gid'].map((key) => new RegExp(`${key}:\\s+(\\d+)`).exec(status)[1]);
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  const env = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s)).filter(([key]) => key));
  const folder = readlinkSync(`/proc/${pid}/cwd`);
  const enter = ['--target', pid, '--mount', '--uts', '--ipc', '--net', '--root'];
  // The shell waits for a line of its input until strace is there.
  const line = `cd '${folder}'; read -r _; ${command}`;
  const child = spawn(
    '/usr/bin/nsenter',
    [...enter, '--setuid', uid, '--setgid', gid, '/bin/sh', '-c', line],
    { env, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await sleep(300);
  const trace = await attach(String(child.pid), file);
  child.stdin.end('\n');
  await ended;
  return trace;
};

/** Files in the tree below `root` that were opened or started, and what the kernel starts them with. */
const pathsOf = (root, text) => {
  const found = new Set();
  const start = (path) => {
    const real = inRoot(root, path);
    if (real === undefined || found.has(real)) return;
    found.add(real);
    interpretersOf(root + real).forEach(start);
  };
  for (const [, path] of text.matchAll(/ execve(?:at)?\([^"]*"([^"]+)"/g)) start(path);
  for (const [, path] of text.matchAll(/ = \d+<(\/[^>\n]*)>$/gm)) {
    const real = inRoot(root, path);
    if (real !== undefined) found.add(real);
  }
  return [...found].sort();
};

/** A path without symlinks of a file in a tree; `undefined` where there is none. */
const inRoot = (root, path) => {
  const parts = path.split('/');
  let at = '';
  for (let steps = 0; parts.length > 0 && steps < MAX_STEPS; steps++) {
    const part = parts.shift();
    if (part === '' || part === '.') continue;
    if (part === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const status = lstatSync(`${root}${at}/${part}`, { throwIfNoEntry: false });
    if (!status) return undefined;
    if (!status.isSymbolicLink()) {
      at = `${at}/${part}`;
      if (parts.length === 0) return status.isFile() ? at : undefined;
      continue;
    }
    const target = readlinkSync(`${root}${at}/${part}`);
    if (target.startsWith('/')) at = '';
    parts.unshift(...target.split('/'));
  }
  return undefined;
};

const MAX_STEPS = 1000;

/** What the kernel opens to start a file: the loader of an ELF file, or the program that `#!` names. */
const interpretersOf = (file) => {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 0, 2) === '#!')
    return bytes.toString('latin1', 2, 256).trim().split(/\s/, 1);
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF') return [];
  return /\/lib\w*\/ld-[\w.-]+(?=\0)/.exec(bytes.toString('latin1', 0, 4096)) ?? [];
};

const compressedSize = (root, paths) => {
  const tar = execFileSync('tar', ['-c', '-C', root, '--no-recursion', '-T', '-'], {
    input: paths.map((path) => `.${path}\n`).join(''),
    maxBuffer: 4 * 1024 * 1024 * 1024,
  });
  return gzipSync(tar, { level: 6 }).length;
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const listening = async (port) => {
  const end = Date.now() + 180_000;
  while (!(await connects(port))) {
    if (Date.now() > end) throw new Error('the image does not listen');
    await sleep(200);
  }
};

const connects = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () =>
      resolve(false),
    );
    socket.once('connect', () => socket.destroy());
  });

const ask = async (port, page) => {
  const [path, body] = typeof page === 'string' ? [page] : page;
  const init = body === undefined ? {} : { method: 'POST', body };
  await (await fetch(`http://127.0.0.1:${port}${path}`, init)).text();
};
