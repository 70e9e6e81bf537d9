import type { AttributeChange } from '../api/diff.ts';
import { showPath } from '../base/byte-path.ts';
import { compareEntries } from '../comparison/compare-entries.ts';
import { isFormatFile } from '../oci/lazy-format.ts';
import { pathOf } from '../tree/node.ts';
import type { Check } from './check.ts';
import { openIntent } from './intended-changes.ts';

/** Every file is one of the original, and the same in all but its time. */
export const checkFiles: Check = async (pair, { look, differ, change }) => {
  const { original, slim, kept } = pair;
  const layers = { before: original.layers, after: slim.layers };
  const comparer = compareEntries(layers, { times: false });
  const intentOf = openIntent(pair);
  for (const { before, after } of kept) {
    look();
    const path = showPath(pathOf(after));
    if (!before) {
      const layer = slim.layers[after.layer];
      if (layer && isFormatFile(pathOf(after), layer.descriptor))
        change({ path, why: 'layer format' });
      else differ(path, 'is not in the original');
      continue;
    }
    for (const each of await comparer.changesBetween(before, after)) {
      const why = each.what === 'content' ? await intentOf(before, after) : undefined;
      if (why) change({ path, why });
      else differ(path, wordsOf(each));
    }
  }
};

const wordsOf = ({ what, name, before, after }: AttributeChange): string => {
  if (what === 'content') return 'has other contents';
  if (what === 'target') return `leads to ${after}, in the original to ${before}`;
  const label = name === undefined ? what : `extended attribute ${name}`;
  if (before === undefined && after === undefined) return `has another ${label}`;
  return `has the ${label} ${after ?? 'of none'}, in the original ${before ?? 'none'}`;
};
