import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { SlimOptions } from './slim-types.ts';

/** The version in package.json; the file lies one folder up from `src` and from `dist` alike. */
export const VERSION: string = (
  createRequire(import.meta.url)('../package.json') as { version: string }
).version;

/**
 * Tells builds of one version apart: a hash of the code, left beside it by the build. Code that was not
 * built has none.
 */
export const BUILD: string | undefined = readBuild();

/** What made an image, in one line: version and the options that shape its bytes, defaults included. */
export const recipeOf = (options: SlimOptions): string => {
  const parts: [string, string | number | true | undefined][] = [
    ['profile', (options.profiles ?? ['auto']).join()],
    ['profile-file', options.profileFiles?.length || undefined],
    ['level', options.level ?? 'safe'],
    ['keep', options.keep?.join()],
    ['drop', options.drop?.join()],
    ['strip', options.strip || undefined],
    ['upx', upxOf(options)],
    ['dedupe', options.dedupe || undefined],
    ['squash', options.squash ?? 'all'],
    ['compression', options.compression ?? 'keep'],
    ['compression-level', options.compressionLevel],
    ['timestamp', options.timestamp],
  ];
  const words = parts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}=${value}`],
  );
  return [`reslim ${VERSION}`, ...words].join(' ');
};

const upxOf = ({ upx }: SlimOptions): string | true | undefined => {
  if (typeof upx !== 'object') return upx || undefined;
  const { args = [], brute = false, goal } = upx;
  return [...args, ...(brute ? ['--brute'] : []), ...(goal ? [goal] : [])].join() || true;
};

function readBuild(): string | undefined {
  try {
    return readFileSync(new URL('build', import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}
