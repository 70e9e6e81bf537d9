import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The version in package.json; the file lies one folder up from `src` and from `dist` alike. */
export const VERSION: string = (
  createRequire(import.meta.url)('../../package.json') as { version: string }
).version;

/**
 * Tells builds of one version apart: a hash of the code, left beside it by the build. Code that was not
 * built has none.
 */
export const BUILD: string | undefined = readBuild();

function readBuild(): string | undefined {
  try {
    return readFileSync(new URL('../build', import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}
