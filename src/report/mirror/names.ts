import type { MirrorJob } from '../../api/mirror.ts';
import { imageLabel } from '../image-label.ts';

/** The name of an image in two parts: `registry.example/app` and `1.2`, or `sha256:0123456789ab`. */
export interface SplitName {
  /** Without `docker://`; other transports are told. */
  readonly place: string;
  /** The tag, or the beginning of the digest; empty where there is none. */
  readonly version: string;
}

export const splitName = (name: string): SplitName => {
  const at = name.indexOf('@');
  const digest = at < 0 ? '' : name.slice(at + 1);
  const rest = at < 0 ? name : name.slice(0, at);
  const { tag } = imageLabel(rest);
  const hasTag = tag !== '' && rest.endsWith(`:${tag}`);
  const place = hasTag ? rest.slice(0, -tag.length - 1) : rest;
  return {
    place: shortName(place),
    version: hasTag ? tag : digest.slice(0, digest.indexOf(':') + 13),
  };
};

/** A name without `docker://`, which most have. */
export const shortName = (name: string): string => name.replace(/^docker:\/\//, '');

/** From where to where an image goes: `registry.example/app → mirror.example/app`. */
export const routeOf = ({ source, target }: MirrorJob): string =>
  `${splitName(source).place} → ${splitName(target).place}`;

/** The tag of an image, with the one it gets where that is another. */
export const versionOf = ({ source, target }: MirrorJob): string => {
  const [from, to] = [splitName(source).version, splitName(target).version];
  return from === to || to === '' ? from : `${from} as ${to}`;
};
