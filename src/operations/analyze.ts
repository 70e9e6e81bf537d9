import type { ImageAnalysis } from '../api/analysis.ts';
import type { Image } from '../oci/image.ts';
import type { SeenFiles } from './look-at-files.ts';
import { keptFinding, type KeptFinding } from './kept-findings.ts';
import type { AnalyzedFiles } from './analyze-now.ts';
import type { ViewRun } from './with-view.ts';

/** Analyzes an image, or finds what an earlier run found out about it. */
export const analyze = async (image: Image, run: ViewRun): Promise<ImageAnalysis> => {
  const kept = keptAnalysis(image, run);
  const known = await kept.find();
  if (known) return known;
  const { analyzeNow } = await loadAnalyzer();
  const { analysis } = await analyzeNow(image, run);
  await kept.keep(analysis);
  return analysis;
};

/** The same, and looks at the files for a check: an image that is not known is read once for both. */
export const analyzeAndLook = async (
  image: Image,
  deny: readonly string[],
  run: ViewRun,
): Promise<SeenFiles & { readonly analysis: ImageAnalysis }> => {
  const { lookAtFiles, lookAtView } = await import('./look-at-files.ts');
  const kept = keptAnalysis(image, run);
  const known = await kept.find();
  if (known) return { analysis: known, ...(await lookAtFiles(image, deny, run)) };
  const { analyzeNow } = await loadAnalyzer();
  const { analysis, seen } = await analyzeNow(image, run, (view) => lookAtView(view, deny));
  await kept.keep(analysis);
  return { analysis, ...seen };
};

/** Analyzes an image and lists its files, which are not kept: there may be a million. */
export const analyzeWithFiles = async (image: Image, run: ViewRun): Promise<AnalyzedFiles> =>
  (await loadAnalyzer()).analyzeFiles(image, run);

/** Most of the code of reslim, which an analysis that is known does without. */
const loadAnalyzer = () => import('./analyze-now.ts');

const keptAnalysis = (image: Image, { session }: ViewRun): KeptFinding<ImageAnalysis> =>
  keptFinding('analysis', image, session);
