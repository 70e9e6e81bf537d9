import { showPath } from '../base/byte-path.ts';
import { pathOf } from '../tree/node.ts';
import type { Edge, EdgeKind } from './graph.ts';
import { showPlace } from './place.ts';

const VERBS: Readonly<Record<EdgeKind, string>> = {
  starts: 'starts',
  loads: 'loads',
  leads: 'is a symlink to',
  reads: 'names',
  belongs: 'needs',
};

/**
 * A chain as a sentence: `entrypoint of the config starts /start.sh; line 4 starts /usr/bin/node; it loads
 * /usr/lib/libuv.so.1`. Empty for no chain.
 */
export const showChain = (chain: readonly Edge[]): string =>
  chain
    .map((edge, at) => `${showUse(edge, chain[at - 1])} ${showPath(pathOf(edge.to))}`)
    .join('; ');

/** One step of a chain without where it leads: `line 4 starts`. `before` is the step before it. */
export const showUse = ({ kind, place }: Edge, before: Edge | undefined): string => {
  const isNext = before !== undefined && before.to === place.file;
  const subject = isNext
    ? place.line === undefined
      ? (place.member ?? 'it')
      : `line ${place.line}`
    : showPlace(place);
  return `${subject} ${VERBS[kind]}`;
};
