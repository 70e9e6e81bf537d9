import { ReslimError } from '../../../base/errors.ts';
import { formatImageName, tryImageName, type ImageName } from '../../../oci/image-name.ts';
import type { Mirror, RegistryRule } from './registry-rule.ts';

/** A place that should have an image. */
export interface PullPlace {
  readonly image: ImageName;
  /** Whether TLS, and a certificate that can be verified, may be missing. */
  readonly isInsecure: boolean;
}

/**
 * Where an image can be pulled from, in the order to try: the mirrors of the rule with the longest
 * prefix that fits, then the registry itself. Rejects with `policy` for a registry that is blocked.
 */
export const pullPlaces = (
  image: ImageName,
  rules: readonly RegistryRule[],
): readonly PullPlace[] => {
  const name = `${image.registry}/${image.repository}`;
  const found = rules
    .map((rule) => ({ rule, matched: matchedPart(name, rule.prefix || rule.location) }))
    .filter(({ matched }) => matched > 0)
    .toSorted((a, b) => b.matched - a.matched)[0];
  if (!found) return [{ image, isInsecure: false }];
  const { rule, matched } = found;
  if (rule.blocked) {
    throw new ReslimError('policy', `pulling from there is blocked, ${formatImageName(image)}`, {
      hint: 'registries.conf says so',
    });
  }
  const at = (location: string, isInsecure: boolean): PullPlace => ({
    image: inRepository(image, location + name.slice(matched)),
    isInsecure,
  });
  const mirrors = rule.mirror
    .filter((mirror) => serves(mirror, rule, image.digest !== undefined))
    .map(({ location, insecure }) => at(location, insecure));
  return [...mirrors, at(rule.location || name.slice(0, matched), rule.insecure)];
};

/** How much of a name a prefix stands for; `*.example.com` stands for one or more labels of the host. */
const matchedPart = (name: string, prefix: string): number => {
  if (prefix.startsWith('*.')) {
    const host = name.slice(0, name.indexOf('/'));
    return host.replace(/:\d+$/, '').endsWith(prefix.slice(1)) ? host.length : 0;
  }
  const isWhole = name === prefix || name.startsWith(`${prefix}/`);
  return isWhole ? prefix.length : 0;
};

const serves = (mirror: Mirror, rule: RegistryRule, isByDigest: boolean): boolean => {
  const when = rule['mirror-by-digest-only'] ? 'digest-only' : mirror['pull-from-mirror'];
  return when === 'all' || (when === 'digest-only') === isByDigest;
};

const inRepository = ({ tag, digest }: ImageName, name: string): ImageName => {
  const place = tryImageName(name);
  if (place) return { ...place, tag, digest };
  throw new ReslimError('usage', `not a repository: ${name}`, {
    hint: 'fix the location in registries.conf',
  });
};
