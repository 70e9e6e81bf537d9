import type { MinimalFindings, OpenUse, UseReport } from '../api/use.ts';
import type { Confidence } from '../api/vocabulary.ts';
import { showPath, toText } from '../base/byte-path.ts';
import type { OpenEdge } from '../graph/graph.ts';
import { showPlace } from '../graph/place.ts';
import { showChain } from '../graph/show-chain.ts';
import { pathOf } from '../tree/node.ts';
import type { ImageJudgement } from '../rules/judge-image.ts';
import { reportTraces } from './traces-report.ts';

/** What of a judgement says how an image is used. */
export type UseJudgement = Pick<
  ImageJudgement,
  'reach' | 'obstacle' | 'partial' | 'recorded' | 'verdicts' | 'facts'
>;

/** What level `minimal` found out about an image as a whole. */
export const reportMinimal = (judgement: UseJudgement): MinimalFindings => {
  const { obstacle } = judgement;
  const use = reportUse(judgement);
  return { ...(use && { use }), ...(obstacle !== undefined && { obstacle }) };
};

/** What could be told of the use of an image; `undefined` where nobody asked, or nothing could be. */
export const reportUse = ({
  reach,
  partial = [],
  ...judgement
}: UseJudgement): UseReport | undefined =>
  reach && {
    confidence: confidenceOf(reach.open),
    open: reach.open.map(openUse).sort((a, b) => Number(a.covered) - Number(b.covered)),
    costs: reach.costs.slice(0, MOST_COSTS).map(({ program, bytes, files }) => ({
      path: showPath(pathOf(program)),
      bytes,
      files,
      usedBy: showChain(reach.chainTo(program)),
    })),
    ...(reach.leftOut.length > 0 && {
      leftOut: reach.leftOut.map(({ name, files, bytes }) => ({ name, files, bytes })),
    }),
    ...withTraces({ reach, ...judgement }),
    partial: partial
      .map(({ package: { name }, kept, total }) => ({ name: toText(name), kept, total }))
      .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))),
  };

const withTraces = (judgement: UseJudgement): Pick<UseReport, 'traces'> => {
  const traces = reportTraces(judgement);
  return traces ? { traces } : {};
};

const MOST_COSTS = 5;

const confidenceOf = (open: readonly OpenEdge[]): Confidence => {
  if (open.length === 0) return 'closed';
  return open.every(({ isCovered }) => isCovered) ? 'covered' : 'open';
};

const openUse = ({ kind, place, word, isCovered }: OpenEdge): OpenUse => ({
  kind: kind === 'starts' || kind === 'loads' ? kind : 'reads',
  place: showPlace(place),
  word,
  covered: isCovered,
});
