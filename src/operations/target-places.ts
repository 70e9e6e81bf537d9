import type { NetworkOptions } from '../api/options.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { networkFor } from '../transport/network.ts';
import { openTaggedPlace } from '../transport/open-tagged-place.ts';
import type { TaggedPlace } from '../transport/tagged-place.ts';
import { listTags } from './list-tags.ts';
import type { Session } from './session.ts';

export interface TargetPlacesOptions {
  readonly session: Session;
  readonly network: NetworkOptions | undefined;
}

/** The places that a mirror writes to, each opened and listed once. */
export interface TargetPlaces {
  readonly tagsOf: (place: Reference) => Promise<ReadonlySet<string>>;
}

export const openTargetPlaces = (options: TargetPlacesOptions): TargetPlaces => {
  const listings = new Map<string, Promise<ReadonlySet<string>>>();
  const list = async (place: Reference): Promise<ReadonlySet<string>> =>
    new Set(await listTags(openTargetPlace(place, options), 'target'));
  return {
    tagsOf: (place) => {
      const name = formatReference(place);
      const listing = listings.get(name) ?? list(place);
      listings.set(name, listing);
      return listing;
    },
  };
};

/** Opens one of these places; the session closes it. */
export const openTargetPlace = (
  place: Reference,
  { session, network }: TargetPlacesOptions,
  { removes = false }: { readonly removes?: boolean } = {},
): TaggedPlace => {
  const { limits, onEvent, signal } = session;
  const found = networkFor(network, { places: [place], onEvent, signal });
  return session.add(openTaggedPlace(place, { limits, signal, network: found, removes }));
};
