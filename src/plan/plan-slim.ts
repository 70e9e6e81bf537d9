import type { Layer } from '../layer/layer.ts';
import type { Compression } from '../oci/media-type.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import { keptNodes, membersByLayer, membersOfAll, type MemberOptions } from './members.ts';
import { plainFiles } from './plain-files.ts';
import { untouchedTest } from './untouched.ts';
import type { Member, Plan, PlannedLayer, Replacements } from './plan.ts';
import type { Squash } from '../api/vocabulary.ts';

export interface PlanOptions {
  readonly squash: Squash;
  /** `keep`: as the source has it. */
  readonly compression: Compression | 'keep';
  /** What `keep` makes of plain layers: `docker save` writes all layers so, whatever they were. */
  readonly plainAs: Compression;
  /** A level was asked for, so that layers are compressed anew. */
  readonly recompress: boolean;
  /** Later mtimes are set to this; whole seconds since the epoch. */
  readonly timestamp?: number | undefined;
}

/** All that is known and decided before the new layers are laid out. */
export interface PlanInput {
  readonly layers: readonly Layer[];
  readonly tree: Tree;
  readonly verdicts: Verdicts;
  readonly replacements: Replacements;
}

/**
 * Decides what the new layers hold. A source layer that loses nothing, and whose storage fits, is
 * carried as it is: slimming a slim image changes nothing.
 */
export const planSlim = (input: PlanInput, options: PlanOptions): Plan => {
  const { layers, tree, verdicts, replacements } = input;
  const kept = keptNodes(tree, verdicts);
  const contents = new Map([...plainFiles(layers), ...replacements]);
  const layout = { ...options, replacements: contents, moved: tree.moved };
  const planned =
    options.squash === 'all' ? planOne(layers, kept, layout) : planEach(layers, kept, layout);
  return { tree, verdicts, replacements, layers: planned };
};

type LayoutOptions = PlanOptions & MemberOptions;

const planOne = (
  layers: readonly Layer[],
  kept: readonly Node[],
  options: LayoutOptions,
): PlannedLayer[] => {
  const compression =
    options.compression === 'keep' ? commonCompression(layers, options) : options.compression;
  const members = membersOfAll(kept, options);
  const [only] = layers;
  if (only && layers.length === 1 && untouchedTest(kept, options.moved)(only, members))
    return [unchanged(only, 0, compression, options)];
  return members.length === 0 ? [] : [{ kind: 'write', from: undefined, compression, members }];
};

const planEach = (
  layers: readonly Layer[],
  kept: readonly Node[],
  options: LayoutOptions,
): PlannedLayer[] => {
  const byLayer = membersByLayer(kept, layers.length, options);
  const isUntouched = untouchedTest(kept, options.moved);
  return layers.flatMap((layer, from): PlannedLayer[] => {
    const compression =
      options.compression === 'keep' ? keptCompression(layer, options) : options.compression;
    const members = byLayer[from] as Member[];
    if (isUntouched(layer, members)) return [unchanged(layer, from, compression, options)];
    return members.length === 0 ? [] : [{ kind: 'write', from, compression, members }];
  });
};

const unchanged = (
  layer: Layer,
  from: number,
  compression: Compression,
  { recompress }: PlanOptions,
): PlannedLayer =>
  layer.compression === compression && !recompress
    ? { kind: 'carry', from }
    : { kind: 'recompress', from, compression };

/** How each source layer's files will be stored, before anything else is decided. */
export const storedAs = (layers: readonly Layer[], options: PlanOptions): Compression[] => {
  const { compression, squash } = options;
  const common = commonCompression(layers, options);
  return layers.map((layer) => {
    if (compression !== 'keep') return compression;
    return squash === 'all' ? common : keptCompression(layer, options);
  });
};

/** What a single layer made of many is stored as: what they have in common, else what every runtime takes. */
const commonCompression = (layers: readonly Layer[], options: PlanOptions): Compression => {
  const found = new Set(layers.map((layer) => keptCompression(layer, options)));
  if (found.size > 1) return found.has('gzip') ? 'gzip' : 'zstd';
  return [...found][0] ?? 'gzip';
};

const keptCompression = ({ compression }: Layer, { plainAs }: PlanOptions): Compression =>
  compression === 'none' ? plainAs : compression;
