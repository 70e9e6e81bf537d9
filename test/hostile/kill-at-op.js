// Loaded with --import: sends this process KILL_SIGNAL in front of its KILL_AT-th change to the file
// system or read from it. Without KILL_AT it counts, and tells on stderr.
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_AT, KILL_SIGNAL = 'SIGKILL' } = process.env;
const at = Number(KILL_AT ?? 0);
let count = 0;

const tick = () => {
  if (++count === at) process.kill(process.pid, KILL_SIGNAL);
};

const watch = (object, name) => {
  const original = object[name];
  object[name] = function watched(...args) {
    tick();
    return Reflect.apply(original, this, args);
  };
};

const handle = await fs.open(new URL(import.meta.url));
const FileHandle = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['close', 'read', 'stat', 'sync', 'write', 'writeFile']) watch(FileHandle, name);
for (const name of [
  'chmod',
  'link',
  'lstat',
  'mkdir',
  'mkdtemp',
  'open',
  'readdir',
  'readFile',
  'rename',
  'rm',
  'rmdir',
  'stat',
  'unlink',
  'writeFile',
]) {
  watch(fs, name);
}
syncBuiltinESMExports();
if (at === 0) process.on('exit', () => process.stderr.write(`operations: ${count}\n`));
