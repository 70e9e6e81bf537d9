import type { Place } from '../graph/place.ts';
import { hasUnknown, mayBe } from '../graph/word.ts';
import { baseOf } from '../base/byte-path.ts';
import type { FollowContext } from './follow-context.ts';

/**
 * Loads the libraries that a text names: by a path, a file name, or as linkers call them. Where parts are not known, all that
 * fit, if enough of the name is there. Says whether that is all that it could be.
 */
export const loadNamed = async (
  { trace: { record, finder }, search, libraries }: FollowContext,
  text: string,
  place: Place,
): Promise<boolean> => {
  const name = baseOf(text);
  if (text.includes('/') && text !== name) {
    const found = finder.matching(text);
    for (const each of found) record.need('loads', each, place, each.node.children !== undefined);
    if (!hasUnknown(text)) return true;
    if (found.length > 0) return true;
  }
  if (!hasUnknown(text)) {
    const found = await search(name, { folders: [] });
    for (const each of found) record.need('loads', each, place);
    for (const node of found.length > 0 ? [] : (libraries.get(baseName(name)) ?? []))
      record.need('loads', { node, via: [] }, place);
    return true;
  }
  if (!isTelling(name)) return false;
  const found = [...libraries.values()].flat().filter((node) => mayBe(name, node.name));
  for (const node of found) record.need('loads', { node, via: [] }, place);
  return found.length > 0;
};

/** `magic` of `libmagic.so.1`. */
const baseName = (name: string): string => name.replace(/^lib/, '').replace(/\.so(\.[\d.]*)?$/, '');

/** At least three characters of the name itself are known. */
const isTelling = (name: string): boolean => /^[\w+-]{3}/.test(name.replace(/^lib/, ''));
