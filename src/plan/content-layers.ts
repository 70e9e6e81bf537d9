import { createHash } from 'node:crypto';
import type { Node } from '../tree/node.ts';

/**
 * Files that change together.
 *
 * - `system`: a package of the distribution
 * - `language`: a package of a programming language
 * - `step`: what a build step left that belongs to no package
 * - `records`: what package managers write down: one layer, since scanners want it together
 * - `application`: what the last step of the build left
 */
export interface ContentGroup {
  /** Without a version, so that the next build has the same one: `deb libc6`. */
  readonly id: string;
  readonly kind: ContentKind;
  /** Ids that are recorded instead of its own: those of groups that cannot be told apart any more. */
  readonly recordedAs?: readonly string[] | undefined;
}

export type ContentKind = 'system' | 'language' | 'step' | 'records' | 'application';

/** How files are shared out among layers. */
export interface ContentLayers {
  readonly groupOf: (node: Node) => ContentGroup;
  /** From 0; the last layer has the application. */
  readonly layerOf: (group: ContentGroup) => number;
  readonly count: number;
  /** The name of a layer, the same in the next build: `packages-3`. */
  readonly nameOf: (layer: number) => string;
}

export interface ShareOptions {
  /** Layers there may be. */
  readonly most: number;
  /** The name of the layer that a group was in before. */
  readonly before?: ((group: ContentGroup) => string | undefined) | undefined;
}

/**
 * Shares groups out among layers by their names alone, so that a new version of a package, or one package more, changes
 * one layer: each group takes the layer for which a hash of both names is largest ("rendezvous hashing"). The lower half
 * of the layers for packages is for those of the distribution, which change with the base image, the upper half for those
 * of languages and for build steps.
 * @see https://doi.org/10.1109/90.663936
 */
export const shareGroups = (
  groupOf: (node: Node) => ContentGroup,
  { most, before }: ShareOptions,
): ContentLayers => {
  const names = layerNames(most);
  const at = new Map(names.map((name, layer) => [name, layer]));
  const known = new Map<string, number>();
  const choose = (group: ContentGroup): number => {
    const earlier = before?.(group);
    const layer = earlier === undefined ? undefined : at.get(earlier);
    return layer ?? (at.get(nameFor(group, names)) as number);
  };
  return {
    groupOf,
    layerOf: (group) => {
      const layer = known.get(group.id) ?? choose(group);
      known.set(group.id, layer);
      return layer;
    },
    count: names.length,
    nameOf: (layer) => names[layer] as string,
  };
};

/** Lowest first. */
const layerNames = (most: number): string[] => {
  const shared = Math.max(0, most - 2);
  const system = Math.ceil(shared / 2);
  return [
    ...Array.from({ length: system }, (_, at) => `${SYSTEM}${at + 1}`),
    ...Array.from({ length: shared - system }, (_, at) => `${PACKAGES}${at + 1}`),
    ...(most > 1 ? [RECORDS] : []),
    APPLICATION,
  ];
};

const SYSTEM = 'system-';
const PACKAGES = 'packages-';
const RECORDS = 'records';
const APPLICATION = 'application';

const nameFor = ({ id, kind }: ContentGroup, names: readonly string[]): string => {
  if (kind === 'application') return APPLICATION;
  const shared = names.filter((name) => name.startsWith(kind === 'system' ? SYSTEM : PACKAGES));
  const choices = shared.length > 0 ? shared : names.filter((name) => name.startsWith(SYSTEM));
  if (kind === 'records' || choices.length === 0)
    return names.includes(RECORDS) ? RECORDS : APPLICATION;
  const weighed = choices.map((name) => ({ name, weight: weightOf(`${name}\0${id}`) }));
  return weighed.reduce((best, each) => (each.weight > best.weight ? each : best)).name;
};

const weightOf = (text: string): string => createHash('sha256').update(text).digest('hex');
