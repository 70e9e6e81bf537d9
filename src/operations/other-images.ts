import type { SlimOptions } from '../api/options.ts';
import { baseImage } from './find-base.ts';
import { baselineImage } from './find-baseline.ts';
import type { SessionSource } from './open-places.ts';

/** Images that a slim looks at beside its source. */
export interface OtherImages {
  /** What its growth is judged by. */
  readonly compared?: SessionSource | undefined;
  /** What it was built on. */
  readonly base?: SessionSource | undefined;
  /** Whose layers it stays close to. */
  readonly previous?: SessionSource | undefined;
}

/** Their names, and how to tell them apart once they are open in the same order. */
export const otherImages = (
  options: SlimOptions,
): {
  readonly names: readonly string[];
  readonly of: (opened: readonly SessionSource[]) => OtherImages;
} => {
  const compared = baselineImage(options);
  const base = baseImage(options.base);
  const previous = options.previous === undefined ? [] : [options.previous];
  return {
    names: [...compared, ...base, ...previous],
    of: (opened) => {
      const rest = [...opened];
      return {
        compared: compared.length > 0 ? rest.shift() : undefined,
        base: base.length > 0 ? rest.shift() : undefined,
        previous: previous.length > 0 ? rest.shift() : undefined,
      };
    },
  };
};
