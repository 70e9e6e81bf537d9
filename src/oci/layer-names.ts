import { layerSteps, type Config } from './config.ts';
import { hideSecrets } from './secret-values.ts';

/** A layer as people name it. */
export interface LayerName {
  /** Counted from 1, base first. */
  readonly number: number;
  readonly count: number;
  /** The line of the Dockerfile that made it, shortened; absent where the history does not fit the layers. */
  readonly step?: string | undefined;
}

/** Names each of `count` layers, base first, by the history of their config where that fits them. */
export const layerNames = (
  count: number,
  config?: Pick<Config, 'diffIds' | 'history'>,
): LayerName[] => {
  const steps = config?.diffIds.length === count ? layerSteps(config) : [];
  return Array.from({ length: count }, (_, at) => {
    const line = dockerfileLine(steps[at]?.createdBy ?? '');
    return { number: at + 1, count, ...(line && { step: line }) };
  });
};

/** `layer 3 of 13 (RUN npm ci)`. */
export const formatLayerName = ({ number, count, step }: LayerName): string =>
  `layer ${number} of ${count}${step === undefined ? '' : ` (${step})`}`;

/** Characters of a step that are shown. */
const STEP_LENGTH = 60;
/** Characters of a step that are read: a here-document may be megabytes long. */
const STEP_SOURCE = 64 * 1024;

/**
 * The instruction of a Dockerfile behind a `created_by`. The classic builder writes `/bin/sh -c #(nop) CMD
 * ["x"]` and `/bin/sh -c apt-get update`, and with build arguments `|1 NAME=value /bin/sh -c …`; BuildKit
 * writes `RUN /bin/sh -c … # buildkit`. Values that look secret are hidden.
 */
export const dockerfileLine = (createdBy: string, length: number = STEP_LENGTH): string => {
  const text = hideSecrets(createdBy.slice(0, STEP_SOURCE)).replaceAll(/\s+/g, ' ').trim();
  const line = text
    .replace(/ # buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\) /, '')
    .replace(/^(?:RUN )?(?:\|\d+ .*?)?\/bin\/sh -c /, 'RUN ');
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
};
