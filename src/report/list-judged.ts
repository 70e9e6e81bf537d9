import type { FileDecision, FileList } from '../api/file-list.ts';
import type { AnalyzedImage } from '../analysis/analyze-image.ts';
import { listFiles, type DecisionOf } from '../analysis/list-files.ts';
import type { Graph } from '../graph/graph.ts';
import { showChain } from '../graph/show-chain.ts';
import type { Verdict, Verdicts } from '../rules/verdict.ts';
import type { Tree } from '../tree/squash.ts';

export interface JudgedImage extends AnalyzedImage {
  readonly tree: Tree;
  /** What each level decides. */
  readonly verdicts: ReadonlyMap<string, Verdicts>;
  /** What the image starts, loads and reads. */
  readonly graph: Graph;
}

/** Lists the files of an image with what was decided of them. */
export const listJudged = ({ verdicts, graph, ...analyzed }: JudgedImage): FileList => {
  const known = new Map<Verdict, FileDecision>();
  const decisionOf = (verdict: Verdict): FileDecision => {
    const decision = known.get(verdict) ?? describeVerdict(verdict);
    known.set(verdict, decision);
    return decision;
  };
  const deciderOf =
    (each: Verdicts): DecisionOf =>
    (node) => {
      const verdict = each.get(node);
      return verdict && decisionOf(verdict);
    };
  return listFiles({
    ...analyzed,
    levels: new Map([...verdicts].map(([level, each]) => [level, deciderOf(each)])),
    usedBy: (node) => showChain(graph.chainTo(node)),
  });
};

const describeVerdict = ({ action, id, category, reason, source }: Verdict): FileDecision => ({
  action,
  rule: id,
  category,
  reason,
  ...(source !== undefined && { source }),
});
