import { useEffect, useState } from 'preact/hooks';
import { GROUPINGS, type Grouping } from './groups.ts';

/** What the treemap shows. It is the part of the address after `#`, so that the browser's buttons go back. */
export interface Place {
  readonly grouping: Grouping;
  /** The key of a group. */
  readonly key: string;
}

export const addressOf = ({ grouping, key }: Place): string => `#${grouping}/${key}`;

const placeIn = (hash: string): Place => {
  const [grouping, ...words] = hash.slice(1).split('/');
  return {
    grouping: GROUPINGS.find((each) => each === grouping) ?? 'folder',
    key: words.join('/'),
  };
};

/** The place in the address, and a way to go elsewhere. */
export const usePlace = (): [Place, (place: Place) => void] => {
  const [place, setPlace] = useState(() => placeIn(location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(placeIn(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return [
    place,
    (next) => {
      location.hash = addressOf(next);
    },
  ];
};
