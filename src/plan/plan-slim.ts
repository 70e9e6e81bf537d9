import type { Layer } from '../layer/layer.ts';
import { hasFormat, type LazyFormat } from '../oci/lazy-format.ts';
import type { Compression } from '../oci/media-type.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import { membersAboveBase, type AboveBaseInput } from './above-base.ts';
import { membersByContent } from './by-content.ts';
import { membersOfComplement } from './complement.ts';
import type { ContentLayers } from './content-layers.ts';
import { keptNodes, membersByLayer, membersOfAll, type MemberOptions } from './members.ts';
import { plainFiles } from './plain-files.ts';
import { untouchedTest } from './untouched.ts';
import type { Members, Plan, PlannedLayer, Replacements } from './plan.ts';
import type { Squash } from '../api/vocabulary.ts';

export interface PlanOptions {
  readonly squash: Squash;
  /** `keep`: as the layers of the source are compressed. */
  readonly compression: Compression | 'keep';
  /** How `keep` compresses plain layers: `docker save` decompresses all layers, whatever they were. */
  readonly plainAs: Compression;
  /** How `keep` compresses layers in zstd. */
  readonly zstdAs: Compression;
  /** Whether unchanged layers are compressed anew, too: a level was asked for. */
  readonly recompress: boolean;
  /** What layers are written as, beside their compression, which is that of the format. */
  readonly lazy?: LazyFormat | undefined;
  /** Later mtimes are set to this; whole seconds since the epoch. */
  readonly timestamp?: number | undefined;
}

/** What the plan is made from. */
export interface PlanInput {
  readonly layers: readonly Layer[];
  readonly tree: Tree;
  readonly verdicts: Verdicts;
  readonly replacements: Replacements;
  readonly recorded?: MemberOptions['recorded'];
  /** How many layers are the base's, which stay as they are. @default 0 */
  readonly base?: number | undefined;
  /** How files are shared out among new layers. @default as `squash` says */
  readonly content?: ContentLayers | undefined;
}

/**
 * Decides what the new layers contain. A source layer that loses nothing, and is compressed as it should be, is
 * carried: slimming a slim image changes nothing.
 */
export const planSlim = (input: PlanInput, options: PlanOptions): Plan => {
  const { layers, tree, verdicts, replacements, recorded, base = 0, content } = input;
  const kept = keptNodes(tree, verdicts);
  const contents = new Map([...plainFiles(layers), ...replacements]);
  const layout = { ...options, recorded, replacements: contents, moved: tree.moved };
  const planned = (): PlannedLayer[] => {
    if (content) return planByContent(layers, kept, content, layout);
    if (base > 0) return planAboveBase({ layers, base, tree, kept }, layout);
    return options.squash === 'none'
      ? planEach(layers, kept, layout)
      : planOne(layers, kept, layout);
  };
  return { tree, verdicts, replacements, layers: planned(), base };
};

/** The layer that makes the original of the image that a plan is for; `undefined` where it is the same. */
export const planComplement = (
  plan: Plan,
  layers: readonly Layer[],
  { recorded, ...options }: PlanOptions & Pick<MemberOptions, 'recorded'>,
): Extract<PlannedLayer, { kind: 'write' }> | undefined => {
  const { timestamp } = options;
  const members = membersOfComplement(plan, layers, { timestamp, recorded });
  const compression = newCompression(layers, options);
  return members.length === 0
    ? undefined
    : { kind: 'write', from: undefined, compression, members };
};

type LayoutOptions = PlanOptions & MemberOptions;

const planOne = (
  layers: readonly Layer[],
  kept: readonly Node[],
  options: LayoutOptions,
): PlannedLayer[] => {
  const compression = newCompression(layers, options);
  const members = membersOfAll(kept, options);
  const [only] = layers;
  if (only && layers.length === 1 && untouchedTest(kept, options.moved)(only, members))
    return [unchanged(only, 0, compression, options)];
  return members.length === 0 ? [] : [{ kind: 'write', from: undefined, compression, members }];
};

const planAboveBase = (input: AboveBaseInput, options: LayoutOptions): PlannedLayer[] => {
  const { layers, base, kept } = input;
  const carried = layers.slice(0, base).map((_, from): PlannedLayer => ({ kind: 'carry', from }));
  const above = layers.slice(base);
  const compression = newCompression(above, options);
  const members = membersAboveBase(input, options);
  const [only] = above;
  if (only && above.length === 1 && untouchedTest(kept, options.moved)(only, members))
    return [...carried, unchanged(only, base, compression, options)];
  if (members.length === 0) return carried;
  return [...carried, { kind: 'write', from: undefined, compression, members }];
};

const planByContent = (
  layers: readonly Layer[],
  kept: readonly Node[],
  content: ContentLayers,
  options: LayoutOptions,
): PlannedLayer[] => {
  const compression = newCompression(layers, options);
  return membersByContent(kept, content, options).flatMap(
    ({ groups, members }, layer): PlannedLayer[] => {
      if (members.length === 0) return [];
      const ids = groups.flatMap(({ id, recordedAs }) => recordedAs ?? [id]).sort();
      const made = { name: content.nameOf(layer), groups: ids };
      return [{ kind: 'write', from: undefined, compression, members, content: made }];
    },
  );
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
    const members = byLayer[from] as Members;
    if (isUntouched(layer, members)) return [unchanged(layer, from, compression, options)];
    return members.length === 0 ? [] : [{ kind: 'write', from, compression, members }];
  });
};

const unchanged = (
  layer: Layer,
  from: number,
  compression: Compression,
  { recompress, lazy }: PlanOptions,
): PlannedLayer =>
  layer.compression === compression &&
  !recompress &&
  (lazy === undefined || hasFormat(layer.descriptor, lazy))
    ? { kind: 'carry', from }
    : { kind: 'recompress', from, compression };

/** How the files of each source layer will be compressed; known before anything else is decided. */
export const storedAs = (layers: readonly Layer[], options: PlanOptions): Compression[] => {
  const { compression, squash } = options;
  const common = commonCompression(layers, options);
  return layers.map((layer) => {
    if (compression !== 'keep') return compression;
    return squash === 'none' ? keptCompression(layer, options) : common;
  });
};

const newCompression = (layers: readonly Layer[], options: PlanOptions): Compression =>
  options.compression === 'keep' ? commonCompression(layers, options) : options.compression;

/** How a layer made of many is compressed: as they all are, or else with gzip, which every runtime accepts. */
const commonCompression = (layers: readonly Layer[], options: PlanOptions): Compression => {
  const found = new Set(layers.map((layer) => keptCompression(layer, options)));
  if (found.size > 1) return found.has('gzip') ? 'gzip' : 'zstd';
  return [...found][0] ?? 'gzip';
};

const keptCompression = ({ compression }: Layer, { plainAs, zstdAs }: PlanOptions): Compression => {
  if (compression === 'none') return plainAs;
  return compression === 'zstd' ? zstdAs : compression;
};
