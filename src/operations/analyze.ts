import { serialize } from 'node:v8';
import type { ImageAnalysis } from '../api/analysis.ts';
import { BUILD } from '../base/version.ts';
import type { Image } from '../oci/image.ts';
import { readKept } from './read-kept.ts';
import type { AnalyzedFiles } from './analyze-now.ts';
import type { ViewRun } from './with-view.ts';

/** Analyzes an image, or finds what an earlier run found out about it. */
export const analyze = async (image: Image, run: ViewRun): Promise<ImageAnalysis> => {
  const { cache, limits } = run.session;
  const key = JSON.stringify([image.document.descriptor.digest, BUILD, limits]);
  const known = cache && (await readKept<ImageAnalysis>(cache, 'analyses', key));
  if (known) return known;
  const { analyzeNow } = await loadAnalyzer();
  const analysis = await analyzeNow(image, run);
  await cache?.put('analyses', key, serialize(analysis));
  return analysis;
};

/** Analyzes an image and lists its files, which are not kept: there may be a million. */
export const analyzeWithFiles = async (image: Image, run: ViewRun): Promise<AnalyzedFiles> =>
  (await loadAnalyzer()).analyzeFiles(image, run);

/** Most of the code of reslim, which an analysis that is known does without. */
const loadAnalyzer = () => import('./analyze-now.ts');
