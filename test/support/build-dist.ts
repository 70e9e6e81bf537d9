import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** End-to-end tests run the CLI as users do, from dist: it is built once where it is not what the sources make. */
export const setup = (): void => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
};
