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
    .map((edge, at) => {
      const { kind, place, to } = edge;
      const isNext = at > 0 && chain[at - 1]?.to === place.file;
      const subject = isNext
        ? place.line === undefined
          ? (place.member ?? 'it')
          : `line ${place.line}`
        : showPlace(place);
      return `${subject} ${VERBS[kind]} ${showPath(pathOf(to))}`;
    })
    .join('; ');
