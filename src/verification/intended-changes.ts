import type { ChangedFile } from '../api/verify.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import { anyOf } from '../ecosystems/any-of.ts';
import { readHeader } from '../elf/header.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { ViewPair } from './view-pair.ts';

/** Why the contents of a file may be others than in the original; `undefined` where they may not. */
export type Intent = (before: Node, after: Node) => Promise<ChangedFile['why'] | undefined>;

/**
 * Files that a slim changes on purpose: records of what is installed, and, where the image says that it was made so,
 * ELF files that `strip` or UPX made smaller.
 */
export const openIntent = ({ original, slim, recipe }: ViewPair): Intent => {
  const isTransformed = /(?:^| )(strip|upx)=/.test(recipe);
  return async (before, after) => {
    if (RECORDS.test(`/${pathOf(before)}`)) return 'package record';
    const [old, now] = [original.open(before), slim.open(after)];
    if (!isTransformed || !old || !now || now.size >= old.size) return undefined;
    const [oldHeader, header] = [await readHeader(old), await readHeader(now)];
    const isSame = header?.machine === oldHeader?.machine && header?.bits === oldHeader?.bits;
    return oldHeader && isSame ? 'transformed' : undefined;
  };
};

const RECORDS = anyOf(ECOSYSTEMS.flatMap(({ packageRecords = [] }) => packageRecords));
