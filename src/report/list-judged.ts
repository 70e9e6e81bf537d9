import type { FileDecision, FileList } from '../api/file-list.ts';
import type { AnalyzedImage } from '../analysis/analyze-image.ts';
import { listFiles, type DecisionOf } from '../analysis/list-files.ts';
import type { Graph } from '../graph/graph.ts';
import type { Reach } from '../graph/reach.ts';
import { showChain } from '../graph/show-chain.ts';
import type { Verdict, Verdicts } from '../rules/verdict.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';

export interface JudgedImage extends AnalyzedImage {
  readonly tree: Tree;
  /** What each level decides. */
  readonly verdicts: ReadonlyMap<string, Verdicts>;
  /** What the image starts, loads and reads. */
  readonly graph: Pick<Graph, 'chainTo'>;
  /** What it can come to use, by which `minimal` decides. */
  readonly reach?: Reach | undefined;
}

/** Lists the files of an image with what was decided of them. */
export const listJudged = ({ verdicts, graph, reach, ...analyzed }: JudgedImage): FileList => {
  const known = new Map<Verdict, FileDecision>();
  const decisionOf = (verdict: Verdict): FileDecision => {
    const decision = known.get(verdict) ?? describeVerdict(verdict);
    known.set(verdict, decision);
    return decision;
  };
  const whyItStays = reach && reasonsOf(reach);
  const deciderOf =
    (level: string, each: Verdicts): DecisionOf =>
    (node) => {
      const verdict = each.get(node);
      if (verdict) return decisionOf(verdict);
      return level === 'minimal' ? whyItStays?.(node) : undefined;
    };
  const chainTo = (node: Node): ReturnType<Graph['chainTo']> => {
    const chain = reach?.chainTo(node) ?? [];
    return chain.length > 0 ? chain : graph.chainTo(node);
  };
  return listFiles({
    ...analyzed,
    levels: new Map([...verdicts].map(([level, each]) => [level, deciderOf(level, each)])),
    usedBy: (node) => showChain(chainTo(node)),
  });
};

/** Why files stay that no rule is about. */
const reasonsOf = ({ roots }: Reach): DecisionOf => {
  const known = new Map<string, FileDecision>();
  return (node) => {
    const reason = roots.get(node) ?? 'it is used';
    const decision = known.get(reason) ?? { action: 'keep', rule: '', category: '', reason };
    known.set(reason, decision);
    return decision;
  };
};

const describeVerdict = ({ action, id, category, reason, source }: Verdict): FileDecision => ({
  action,
  rule: id,
  category,
  reason,
  ...(source !== undefined && { source }),
});
