// npm run build: makes `build` and `dist` from the sources. Does nothing where they are there and made of just these.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { hashSources, isBuiltFrom, noteBuild } from './build-stamp.js';

const ROOT = join(import.meta.dirname, '..');

/** Commands of a row run beside each other, and read what those of earlier rows have written. */
const ROWS = [
  [
    'tsc -p tsconfig.build.json',
    'asc --config src/codec/deflate/asconfig.json',
    'asc --config src/codec/inflate/asconfig.json',
    'asc --config src/codec/xxhash/asconfig.json',
    'vite build',
  ],
  ['rolldown -c --logLevel silent'],
  ['node scripts/finish-build.js'],
];

const PATH = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter);

const run = (command) =>
  new Promise((resolve, reject) => {
    const options = { cwd: ROOT, shell: true, stdio: 'inherit', env: { ...process.env, PATH } };
    spawn(command, options)
      .once('error', reject)
      .once('exit', (status) =>
        status === 0 ? resolve() : reject(new Error(`${command} ended with status ${status}`)),
      );
  });

const build = async () => {
  // A source file that got another name leaves no stale output behind.
  for (const folder of ['build', 'dist'])
    await rm(join(ROOT, folder), { recursive: true, force: true });
  for (const row of ROWS) {
    const outcomes = await Promise.allSettled(row.map(run));
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  }
};

try {
  const sources = await hashSources(ROOT);
  if (!(await isBuiltFrom(ROOT, sources))) {
    await build();
    await noteBuild(ROOT, sources);
  }
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
