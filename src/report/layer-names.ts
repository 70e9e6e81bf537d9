import type { LayerName } from '../api/results.ts';
import type { HistoryStep } from '../oci/config.ts';

/** Names each layer of an image; `steps` has one element for each, base first. */
export const layerNames = (steps: readonly (HistoryStep | undefined)[]): LayerName[] =>
  steps.map((step, at) => {
    const line = step && dockerfileLine(step.createdBy);
    return { number: at + 1, count: steps.length, ...(line && { step: line }) };
  });

/** `layer 3 of 13 (RUN npm ci)`. */
export const formatLayerName = ({ number, count, step }: LayerName): string =>
  `layer ${number} of ${count}${step === undefined ? '' : ` (${step})`}`;

/** Characters of a step that are shown. */
const STEP_LENGTH = 60;

/**
 * The instruction of a Dockerfile behind a `created_by`. The classic builder writes
 * `/bin/sh -c #(nop)  CMD ["x"]` and `/bin/sh -c apt-get update`, and with build arguments
 * `|1 NAME=value /bin/sh -c …`; BuildKit writes `RUN /bin/sh -c … # buildkit`.
 */
export const dockerfileLine = (createdBy: string): string => {
  const text = createdBy.replaceAll(/\s+/g, ' ').trim();
  const line = text
    .replace(/ # buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\) /, '')
    .replace(/^(?:RUN )?(?:\|\d+ .*?)?\/bin\/sh -c /, 'RUN ');
  return line.length > STEP_LENGTH ? `${line.slice(0, STEP_LENGTH - 1).trimEnd()}…` : line;
};
