import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const newest = (folder: string): number =>
  Math.max(
    0,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (path) => statSync(join(folder, path)).mtimeMs,
    ),
  );

const isStale = (): boolean => {
  try {
    return (
      statSync(join(ROOT, 'dist/index.js')).mtimeMs <
      Math.max(newest(join(ROOT, 'src')), newest(join(ROOT, 'profiles')))
    );
  } catch {
    return true;
  }
};

/** End-to-end tests run the CLI as users do, from dist: build it once when it is older than src. */
export const setup = (): void => {
  if (isStale()) execFileSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' });
};
