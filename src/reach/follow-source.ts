import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { openedLibraries } from '../graph/files/opened-libraries.ts';
import { lineCounter } from '../graph/place.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { computedUses } from './computed-uses.ts';
import type { FollowContext } from './follow-context.ts';

/** Notes what a source loads, calls and opens by names that can be read, and what an application makes up while it runs. */
export const followSource = async (
  { trace, libraries }: FollowContext,
  node: Node,
): Promise<void> => {
  const { record, config, enqueue, readText } = trace;
  const place = { file: node };
  const folder = node.parent ? `/${pathOf(node.parent)}` : '/';
  const where = { folders: [folder, homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  enqueue({ step: { does: 'source', node }, place, where });
  const text = await readText(node, MAX_SOURCE);
  if (text === undefined) return;
  for (const name of openedLibraries(text))
    for (const library of libraries.get(name) ?? [])
      record.need('loads', { node: library, via: [] }, place);
  // What packages make up, an application asks them for.
  if (PACKAGE_FOLDER.test(`/${pathOf(node)}`)) return;
  const lineOf = lineCounter(text);
  for (const { kind, at, word, isCovered } of computedUses(node.name, text))
    record.leaveOpen({ kind, place: { ...place, line: lineOf(at) }, word, isCovered });
};

const MAX_SOURCE = 4 * 1024 * 1024;
