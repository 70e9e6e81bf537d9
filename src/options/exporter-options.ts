import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { LOG } from './shared-options.ts';

const SERVER = {
  listen: {
    type: 'text',
    value: 'ADDRESS',
    group: 'output',
    help: 'HOST:PORT, or :PORT for all addresses (default: :9827)',
    library: 'listen',
  },
  once: {
    type: 'switch',
    group: 'output',
    help: 'look once, print the metrics, and end',
  },
} as const;

/** All options of `reslim exporter`. */
export const EXPORTER_OPTIONS: typeof SERVER & typeof LOG & typeof NETWORK & typeof LIMITS = {
  ...SERVER,
  ...LOG,
  ...NETWORK,
  ...LIMITS,
};

export type ExporterFlags = FlagsOf<typeof EXPORTER_OPTIONS>;
