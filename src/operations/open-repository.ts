import type { NetworkOptions } from '../api/options.ts';
import type { EventListener } from '../api/events.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import { formatImageName, parseImageName, type ImageName } from '../oci/image-name.ts';
import { networkFor } from '../transport/network.ts';
import {
  openTaggedRepository,
  type TaggedRepository,
} from '../transport/registry/tagged-repository.ts';

export interface OpenRepositoryOptions {
  readonly network: NetworkOptions | undefined;
  readonly limits: Limits;
  readonly onEvent: EventListener;
  readonly signal: AbortSignal | undefined;
}

/** Opens a repository by the name a user wrote. Nothing is sent yet. Its errors have the origin `source`. */
export const openRepositoryNamed = (
  text: string,
  { network, limits, onEvent, signal }: OpenRepositoryOptions,
): Promise<TaggedRepository> =>
  withOrigin('source', () => {
    const image = parseRepository(text);
    const places = [{ kind: 'registry' as const, image }];
    const { registry } = networkFor(network, { places, onEvent, signal });
    return openTaggedRepository(image, { ...registry, documentSize: limits.documentSize });
  });

/** A repository is always in a registry: engines and layouts keep no history. Throws `usage`. */
export const parseRepository = (text: string): Pick<ImageName, 'registry' | 'repository'> => {
  const { tag, digest, ...name } = parseImageName(text.replace(/^docker:\/\//, ''));
  if (tag === undefined && digest === undefined) return name;
  throw new ReslimError('usage', `a tag where a repository should be: ${text}`, {
    hint: `write ${formatImageName(name)}, and --tags for some of its tags`,
  });
};
