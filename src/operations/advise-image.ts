import { buildSteps } from '../advice/build-steps.ts';
import { builtFolders } from '../advice/built-folders.ts';
import {
  MAX_DOCKERFILE,
  parseDockerfile,
  type Dockerfile,
} from '../advice/dockerfile/parse-dockerfile.ts';
import { findAdvice } from '../advice/find-advice.ts';
import { languagePackageKey } from '../advice/practices/pin-packages.ts';
import { askedPackages } from '../advice/asked-packages.ts';
import { readUse } from '../advice/read-use.ts';
import { listStoredFiles } from '../advice/stored-files.ts';
import { checkCommand } from '../advice/check-command.ts';
import type { AdvisedImage } from '../api/advice.ts';
import type { AdviseOptions } from '../api/options.ts';
import { ReslimError } from '../base/errors.ts';
import { BASE_DIGEST, BASE_NAME } from '../oci/base-annotations.ts';
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

/** One image: its layers are read → analysis, files, use and steps → practices → advice. */
export const adviseImage = (
  image: Image,
  file: Dockerfile | undefined,
  run: ViewRun,
): Promise<AdvisedImage> =>
  withView(image, run, async (view) => {
    const { analysis, verdicts, facts } = await analyzeView(view);
    const { layers, open } = view;
    const { history } = image.config.value;
    const tree = view.tree();
    const platform = formatPlatform(image.platform);
    const { steps, dockerfile, matched, instructions } = buildSteps(history, layers.length, file);
    if (file && !dockerfile)
      run.session.addNote(
        `No step in the history of the image for ${platform} is from ${file.name}: the advice is without lines.`,
      );
    const baseLayers = new Set(
      steps.flatMap(({ isBase, layer }) => (isBase && layer !== undefined ? [layer - 1] : [])),
    );
    const use = await readUse({
      root: tree.root,
      facts,
      open,
      baseLayers,
      asked: askedPackages(steps),
    });
    const files = listStoredFiles({
      layers,
      tree,
      analysis,
      verdicts,
      packages: facts.packages,
      used: use.nodes,
      devDependencies: facts.marks.get('dev-dependency') ?? new Set(),
    });
    const { annotations } = image.document.value;
    const { advice, saving, rewritten } = findAdvice({
      steps,
      dockerfile,
      files,
      packages: use.packages,
      languagePackages: new Map(
        analysis.packages
          .filter(({ version }) => version !== '')
          .map(({ type, name, version }) => [languagePackageKey(type, name), version]),
      ),
      program: use.program,
      binaries: use.binaries,
      builtFolders: builtFolders(use.nodes, facts.packages, baseLayers),
      base: {
        name: annotations[BASE_NAME],
        digest: annotations[BASE_DIGEST],
      },
      isForBuilding: facts.purposes.has('building'),
    });
    return {
      platform,
      digest: image.document.descriptor.digest,
      compressedSize: analysis.compressedSize,
      unpackedSize: analysis.unpackedSize,
      ...(file && {
        dockerfile: { name: file.name, instructions, matched, rewritten: rewritten ?? file.text },
      }),
      advice,
      saving,
      check: checkCommand(run.source.name, analysis),
    };
  });
