import { toBytes } from '../../../base/byte-path.ts';
import type { OpenUse } from '../../../index.ts';
import { ROOT, type Files } from './files.ts';

export type OpenPlaces = ReadonlyMap<number, readonly OpenUse[]>;

/** Found when they are first asked for. */
const known = new WeakMap<Files, OpenPlaces>();

/** In which files it could not be told what the image uses; with the root what is written in no file of it. */
export const openPlaces = (files: Files): OpenPlaces => {
  const places = known.get(files) ?? findPlaces(files);
  known.set(files, places);
  return places;
};

const findPlaces = (files: Files): OpenPlaces => {
  const found = new Map<number, OpenUse[]>();
  for (const use of files.minimal?.use?.open ?? []) {
    const at = fileOf(files, use.place);
    const others = found.get(at);
    if (others) others.push(use);
    else found.set(at, [use]);
  }
  return found;
};

/** The file of a place: `/app/run.py, line 9`, `/etc/s6.conf, services.run` or a mere path. */
const fileOf = (files: Files, place: string): number => {
  for (let end = place.length; end > 0; end = place.lastIndexOf(', ', end - 1)) {
    const at = nameAt(files, place.slice(0, end));
    if (at !== undefined) return at;
  }
  return ROOT;
};

/** What a container sees at a path. */
const nameAt = ({ tree, childrenOf }: Files, path: string): number | undefined => {
  if (!path.startsWith('/')) return undefined;
  let at: number | undefined = ROOT;
  for (const name of toBytes(path).split('/').slice(1)) {
    at = childrenOf(at).find((child) => tree.names[child] === name && tree.hiddenBy[child] === 0);
    if (at === undefined) return undefined;
  }
  return at;
};
