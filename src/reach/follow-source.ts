import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { openedLibraries } from '../graph/files/opened-libraries.ts';
import { lineCounter } from '../graph/place.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { allNodePackages, nodeImports } from './node-imports.ts';
import { computedUses } from './computed-uses.ts';
import type { FollowContext } from './follow-context.ts';

/** Notes what a source loads, calls and opens by names that can be read, and what an application makes up while it runs. */
export const followSource = async (
  { trace, libraries, relations }: FollowContext,
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
  const lineOf = lineCounter(text);
  // What packages load lies beside them; and what they make up, an application asks them for.
  if (PACKAGE_FOLDER.test(`/${pathOf(node)}`)) return;
  if (SCRIPT.test(node.name))
    for (const { found, at } of nodeImports(trace, node, text))
      record.need(
        'loads',
        found,
        { ...place, line: lineOf(at) },
        found.node.children !== undefined,
      );
  if (relations.isPackaged(node)) return;
  for (const { kind, at, word, isCovered } of computedUses(node.name, text)) {
    const here = { ...place, line: lineOf(at) };
    record.leaveOpen({ kind, place: here, word, isCovered });
    if (isCovered && SCRIPT.test(node.name))
      for (const found of allNodePackages(trace)) record.need('reads', found, here, true);
  }
};

const SCRIPT = /\.[cm]?[jt]sx?$/;

const MAX_SOURCE = 4 * 1024 * 1024;
