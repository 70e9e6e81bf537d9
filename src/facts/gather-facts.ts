import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import { NO_FACTS, type Curiosity, type Facts, type Mark } from './facts.ts';
import { findForeignBinaries } from './marks/foreign-binaries.ts';
import { findUnusedLocales } from './marks/unused-locales.ts';
import { findDevDependencies } from './node/dev-dependencies.ts';
import { readPackages } from './packages/read-packages.ts';
import type { OpenFile } from './read-range.ts';
import { findCalls } from './uses/find-calls.ts';
import { findFileUses } from './uses/file-uses.ts';
import { startedWords } from './uses/started-words.ts';

/**
 * Finds out what rules ask about. Package databases and the scripts the image
 * starts are always read; the rest costs a look at many files, and is done only where some rule at the level of the run could use it.
 */
export const gatherFacts = async (
  root: Node,
  config: Config,
  open: OpenFile,
  curiosity: Curiosity,
): Promise<Facts> => {
  const packages = await readPackages(root, open);
  const started = await startedWords(root, config, open);
  const marks = new Map<Mark, ReadonlySet<Node>>();
  const notes: string[] = [];
  if (curiosity.marks.has('unused-locale'))
    marks.set(
      'unused-locale',
      await findUnusedLocales(root, config, { open, owners: packages.owners }),
    );
  if (curiosity.marks.has('foreign-binary'))
    marks.set('foreign-binary', await findForeignBinaries(root, config, open));
  if (curiosity.marks.has('dev-dependency')) {
    const found = await findDevDependencies(root, config, { open, started });
    marks.set('dev-dependency', found.nodes);
    notes.push(...found.notes);
  }
  const { calls, opened } = await findCalls(root, curiosity.programs, packages, open);
  const known = { ...NO_FACTS, packages, calls, started, marks, notes };
  const isAskedFor = packages.list.some(({ name }) =>
    curiosity.packages.some((pattern) => pattern.test(name)),
  );
  if (!isAskedFor) return known;
  return { ...known, uses: await findFileUses(root, config, { open, calls, opened }) };
};
