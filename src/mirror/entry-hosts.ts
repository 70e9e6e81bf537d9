import type { MirrorEntry } from '../api/mirror.ts';
import { tryImageName } from '../oci/image-name.ts';
import { isElsewhere, withoutPrefix } from './entry-source.ts';
import { sampleName } from './sample-name.ts';

/** The registries that an entry reads and writes, as far as its text tells. */
export const entryHosts = ({ from, to }: MirrorEntry): string[] =>
  [from, to].flatMap((place) =>
    isElsewhere(place) ? [] : (registryOf(sampleName(withoutPrefix(place))) ?? []),
  );

/** One spelling for each registry: Docker Hub has several. */
export const canonicalHost = (host: string): string => registryOf(`${host}/x/x`) ?? host;

const registryOf = (name: string): string | undefined => tryImageName(name)?.registry.toLowerCase();
