import type { BaseReport } from '../api/base-report.ts';
import { setsCommand, type HistoryStep } from '../oci/config.ts';
import type { Image } from '../oci/image.ts';

/**
 * Finds where the base of an image ends by the steps that built it: before the last that Buildah marks as built on an image
 * with a name (its own steps have ids), or after the last `CMD` or `ENTRYPOINT` that layers follow, since bases end with one. `undefined` where the
 * history does not show it, or is not that of the layers.
 */
export const baseByHistory = ({
  config,
}: Pick<Image, 'config'>): Pick<BaseReport, 'layers' | 'how'> | undefined => {
  const { history, diffIds } = config.value;
  const filled = history.filter(({ emptyLayer }) => !emptyLayer).length;
  if (filled !== diffIds.length) return undefined;
  let layers = 0;
  let base: number | undefined;
  for (const [at, step] of history.entries()) {
    if (startsOnImage(step) && layers > 0) base = layers;
    if (!step.emptyLayer) layers++;
    else if (setsCommand(step) && history.slice(at).some(({ emptyLayer }) => !emptyLayer))
      base = layers;
  }
  return base === undefined || base === 0 ? undefined : { layers: base, how: 'history' };
};

/** @see https://github.com/containers/buildah/blob/main/docs/buildah-commit.1.md */
const startsOnImage = ({ raw }: HistoryStep): boolean =>
  typeof raw['comment'] === 'string' && NAMED.test(raw['comment']);

const NAMED = /^FROM (?!scratch$)(?![0-9a-f]{12}$)\S+$/;
