import type { AnalyzedPackage } from '../../api/analysis.ts';
import type { FileDecision, FileList, ListedFile } from '../../api/file-list.ts';
import type { PageFiles, PageReason, PageVerdicts } from '../../api/page-document.ts';
import { printable } from '../printable.ts';
import { frontCode, inFolderOrder } from './folder-order.ts';
import { numbering, type Numbering } from '../../base/numbering.ts';
import { wasteText } from './waste-text.ts';

/** The columns of files, and what each level does with them. */
export interface PageColumns {
  readonly files: PageFiles;
  readonly verdicts: readonly PageVerdicts[];
}

/** Positions of the states that `PageVerdicts` numbers. */
const STATES = { kept: 0, removed: 1, wasted: 2 } as const;

/** Turns a list of files into columns. Packages are numbered by their position in `packages`. */
export const pageColumns = (
  { files, levels }: FileList,
  packages: readonly AnalyzedPackage[],
): PageColumns => {
  const sorted = inFolderOrder(files, (a, b) => a.layer - b.layer);
  const numbers = new Map(packages.map((each, at) => [each, at + 1]));
  const texts = numbering<string>(String);
  const paths = frontCode(sorted);
  const columns = {
    ...paths,
    sizes: sorted.map(({ size }) => size),
    layers: sorted.map(({ layer }) => layer),
    packages: sorted.map((file) => (file.package && numbers.get(file.package)) ?? 0),
    wasted: sorted.map(({ waste }) => (waste ? texts.of(printable(wasteText(waste))) : 0)),
    used: sorted.map(({ usedBy }) => (usedBy === undefined ? 0 : texts.of(printable(usedBy)))),
    texts: texts.list,
  };
  return { files: columns, verdicts: levels.map((label, at) => verdictsOf(sorted, label, at)) };
};

const verdictsOf = (files: readonly ListedFile[], label: string, at: number): PageVerdicts => {
  const reasons: Numbering<FileDecision> = numbering(JSON.stringify);
  return {
    label,
    states: files.map((file) => stateOf(file, at)),
    reasons: files.map(({ decisions }) => {
      const decision = decisions[at];
      return decision ? reasons.of(decision) : 0;
    }),
    reasonList: reasons.list.map(describeDecision),
  };
};

/** A file that goes counts as removed, however many copies of it there are. */
const stateOf = ({ decisions, waste }: ListedFile, at: number): number => {
  if (decisions[at]?.action === 'drop') return STATES.removed;
  return waste ? STATES.wasted : STATES.kept;
};

const describeDecision = ({ rule, category, reason, source = '' }: FileDecision): PageReason => ({
  rule: printable(rule),
  category: printable(category),
  text: printable(reason),
  source: printable(source),
});
