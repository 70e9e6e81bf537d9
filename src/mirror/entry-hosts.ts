import type { MirrorEntry } from '../api/mirror.ts';
import { tryImageName } from '../oci/image-name.ts';
import { isElsewhere, withoutPrefix } from './entry-source.ts';
import { sampleName } from './sample-name.ts';

/** The registries that an entry reads and writes, with and without ports, as far as its text tells. */
export const entryHosts = ({ from, to }: MirrorEntry): string[] =>
  [from, to].flatMap((place) =>
    isElsewhere(place) ? [] : withAndWithoutPort(registryOf(sampleName(withoutPrefix(place)))),
  );

const withAndWithoutPort = (registry = ''): string[] => [registry, registry.replace(/:\d+$/, '')];

/** One spelling for each registry: Docker Hub has several. */
export const canonicalHost = (host: string): string => registryOf(`${host}/x/x`) ?? host;

const registryOf = (name: string): string | undefined => tryImageName(name)?.registry.toLowerCase();
