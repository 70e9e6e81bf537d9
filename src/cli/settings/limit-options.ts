import type { Command } from 'commander';
import type { Limits } from '../../index.ts';
import { parseCount as count, parseSize as size } from './parse-value.ts';

/** The options of every command that reads layers of strangers. */
export interface LimitFlags {
  readonly maxLayers?: number | undefined;
  readonly maxEntries?: number | undefined;
  readonly maxLayerSize?: number | undefined;
  readonly maxExpansion?: number | undefined;
  readonly maxDocument?: number | undefined;
}

export const addLimitOptions = (command: Command): Command =>
  command
    .optionsGroup('Limits on what an image may ask of this machine:')
    .option('--max-entries <N>', 'files in all layers (1 million)', count('--max-entries'))
    .option('--max-layers <N>', 'layers (1000)', count('--max-layers'))
    .option('--max-layer-size <SIZE>', 'one layer, unpacked (64GiB)', size('--max-layer-size'))
    .option('--max-expansion <N>', 'unpacked to stored size (200)', count('--max-expansion'))
    .option('--max-document <SIZE>', 'a manifest or config (4MiB)', size('--max-document'));

export const limitOptions = (flags: LimitFlags): Partial<Limits> => {
  const limits = {
    entryCount: flags.maxEntries,
    layerCount: flags.maxLayers,
    layerSize: flags.maxLayerSize,
    expansionRatio: flags.maxExpansion,
    documentSize: flags.maxDocument,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
};
