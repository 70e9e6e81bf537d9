import type { SlimOptions } from '../api/options.ts';
import { VERSION } from '../base/version.ts';

/** Names what made an image, in one line: the version and the options the image depends on, with defaults. */
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
