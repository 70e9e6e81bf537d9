import type { PageUse, PageVerdicts } from '../../api/page-document.ts';
import type { MinimalFindings } from '../../api/use.ts';
import { printable } from '../printable.ts';
import { CONFIDENCE_MEANINGS, largeCosts, openWords } from '../use-words.ts';

/** Open places that a page lists. */
const MOST_OPEN = 200;

/** The verdicts of a page, with what level `minimal` found out beside its own. */
export const withUse = (
  verdicts: readonly PageVerdicts[],
  minimal: MinimalFindings | undefined,
): readonly PageVerdicts[] => {
  const use = minimal && describeUse(minimal);
  return verdicts.map((each) => (use && each.label === 'minimal' ? { ...each, use } : each));
};

const describeUse = ({ use, obstacle = '' }: MinimalFindings): PageUse => {
  if (!use) {
    const meaning = `It does what level lean does: ${printable(obstacle)}.`;
    return { confidence: '', meaning, open: [], moreOpen: 0, costs: [] };
  }
  const { confidence, open } = use;
  return {
    confidence,
    meaning: `${CONFIDENCE_MEANINGS[confidence]}.`,
    open: open.slice(0, MOST_OPEN).map((each) => printable(openWords(each))),
    moreOpen: Math.max(0, open.length - MOST_OPEN),
    costs: largeCosts(use).map(({ path, bytes, files, usedBy }) => ({
      path: printable(path),
      bytes,
      files,
      used: printable(usedBy),
    })),
  };
};
