import type { SourceListing } from '../api/results.ts';
import type { Level } from '../api/vocabulary.ts';
import { analyzeImage } from '../analysis/analyze-image.ts';
import type { ImageView } from '../image/image-view.ts';
import { listJudged, type JudgedImage } from '../report/list-judged.ts';
import type { ImageJudgement } from '../rules/judge-image.ts';

/** Lists the files of an image that is slimmed with what was decided of them. Those that may be copies are read. */
export const listSource = async (
  view: ImageView,
  {
    judgement: { verdicts, facts, reach },
    graph,
  }: Pick<JudgedImage, 'graph'> & { readonly judgement: ImageJudgement },
  level: Level,
): Promise<SourceListing> => {
  const { layers, names, open } = view;
  const tree = view.tree();
  const analyzed = await analyzeImage({ layers, names, tree, open, system: facts.packages });
  const files = listJudged({
    ...analyzed,
    tree,
    verdicts: new Map([[level, verdicts]]),
    graph,
    reach,
  });
  return { analysis: analyzed.analysis, files };
};
