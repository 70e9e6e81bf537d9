import { nodeAt, type Node } from '../tree/node.ts';
import type { Place } from '../graph/place.ts';
import { placeOfVariable } from '../graph/trace/name-variable.ts';
import type { Trace } from '../graph/trace/state.ts';
import { hasUnknown } from '../graph/word.ts';
import type { FollowContext } from './follow-context.ts';

/**
 * Notes the libraries that a loader takes into every program: those of LD_PRELOAD and of `/etc/ld.so.preload`.
 * @see https://man7.org/linux/man-pages/man8/ld.so.8.html
 */
export const followPreloads = async ({ trace, search }: FollowContext): Promise<void> => {
  const { root, record, environment, finder, readText } = trace;
  const settings = nodeAt(root, 'etc/ld.so.preload');
  const lists: { readonly text: string; readonly place: Place }[] = [
    ...(environment.get('LD_PRELOAD') ?? []).map((fields) => ({
      text: fields.join(' '),
      place: placeOfVariable('LD_PRELOAD'),
    })),
    ...(settings
      ? [{ text: (await readText(settings, MAX_LIST)) ?? '', place: { file: settings } }]
      : []),
  ];
  for (const { text, place } of lists)
    for (const name of text.split(/[\s:]+/).filter((each) => each !== '')) {
      const byPath = name.includes('/') ? finder.matching(name) : [];
      // What nobody knows may stand for several folders.
      const found =
        byPath.length > 0 || (name.includes('/') && !hasUnknown(name))
          ? byPath
          : await search(name, { folders: [] });
      for (const each of found) record.need('loads', each, place);
      if (hasUnknown(name))
        record.leaveOpen({ kind: 'loads', place, word: name, isCovered: found.length > 0 });
    }
};

const MAX_LIST = 64 * 1024;

/** Folders that LD_LIBRARY_PATH names, in the config or in scripts. */
export const libraryPath = ({ environment, finder }: Trace): Node[] =>
  (environment.get('LD_LIBRARY_PATH') ?? [])
    .flatMap((fields) => fields.join(' ').split(':'))
    .flatMap((folder) => finder.matching(folder))
    .flatMap(({ node }) => (node.children ? [node] : []));
