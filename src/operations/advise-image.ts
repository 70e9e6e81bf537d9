import { buildSteps } from '../advice/build-steps.ts';
import {
  MAX_DOCKERFILE,
  parseDockerfile,
  type Dockerfile,
} from '../advice/dockerfile/parse-dockerfile.ts';
import { findAdvice } from '../advice/find-advice.ts';
import { listStoredFiles } from '../advice/stored-files.ts';
import type { AdvisedImage } from '../api/advice.ts';
import type { AdviseOptions } from '../api/options.ts';
import { ReslimError } from '../base/errors.ts';
import type { Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { analyzeView } from './analyze-now.ts';
import { withView, type ViewRun } from './with-view.ts';

/** Throws `usage` for a text that is no Dockerfile, and `limit`. */
export const readDockerfile = ({
  dockerfile,
  dockerfileName = 'Dockerfile',
}: Pick<AdviseOptions, 'dockerfile' | 'dockerfileName'>): Dockerfile | undefined => {
  if (dockerfile === undefined) return undefined;
  if (dockerfile.length > MAX_DOCKERFILE)
    throw new ReslimError('limit', `more than ${MAX_DOCKERFILE} bytes, ${dockerfileName}`, {
      hint: 'name a Dockerfile',
    });
  return parseDockerfile(dockerfile, dockerfileName);
};

/** One image: its layers are read → analysis, files and steps → practices → advice. */
export const adviseImage = (
  image: Image,
  file: Dockerfile | undefined,
  run: ViewRun,
): Promise<AdvisedImage> =>
  withView(image, run, async (view) => {
    const { analysis, verdicts } = await analyzeView(view);
    const { layers } = view;
    const { history } = image.config.value;
    const platform = formatPlatform(image.platform);
    const { steps, dockerfile, matched, instructions } = buildSteps(history, layers.length, file);
    if (file && !dockerfile)
      run.session.addNote(
        `No step in the history of the image for ${platform} is from ${file.name}: the advice is without lines.`,
      );
    const { advice, saving, rewritten } = findAdvice({
      steps,
      dockerfile,
      files: listStoredFiles({ layers, tree: view.tree(), analysis, verdicts }),
      packages: analysis.packages,
    });
    return {
      platform,
      digest: image.document.descriptor.digest,
      compressedSize: analysis.compressedSize,
      unpackedSize: analysis.unpackedSize,
      ...(file && {
        dockerfile: {
          name: file.name,
          instructions,
          matched,
          ...(rewritten !== undefined && { rewritten }),
        },
      }),
      advice,
      saving,
    };
  });
