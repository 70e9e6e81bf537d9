import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/open-layer.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { SlimOptions } from '../slim-types.ts';
import type { Tree } from '../tree/squash.ts';
import type { Storage } from './measure.ts';
import type { Transformed } from './transform.ts';
import type { TransformerOptions } from './tools.ts';

/** Makes files of an image smaller, as the user asked; one for the whole run. */
export interface Transformer {
  /** Whether programs outside reslim have a say in what comes out. */
  readonly usesTools: boolean;
  readonly transform: (input: TransformInput) => Promise<Transformed>;
  readonly close: () => Promise<void>;
}

export interface TransformInput {
  readonly layers: readonly Layer[];
  /** Nodes of equal files are changed, where `dedupe` was asked for. */
  readonly tree: Tree;
  readonly verdicts: Verdicts;
  /** How the layer that gets the files of this source layer will be stored. */
  readonly storageOf: (layer: number) => Storage;
  readonly oneLayer: boolean;
  readonly volumes: readonly string[];
  readonly timestamp: number | undefined;
  /** Entries that get other contents already, so that nothing may link to them. */
  readonly changed: ReadonlyMap<Entry, unknown>;
  /** Called when there is something to do. */
  readonly onStart: () => void;
  /** Bytes of the binaries that were looked at, of all there are. */
  readonly onProgress: (done: number, total: number) => void;
}

/** What the user asked for. */
export type AskedTransforms = Pick<SlimOptions, 'strip' | 'upx' | 'dedupe'>;

/**
 * Finds the tools that the options ask for, before anything is read. Rejects with `unsupported` when
 * one is missing, and with `usage` for arguments it must not get. Most runs ask for none, and load none
 * of it.
 */
export const openTransformer = async (
  asked: AskedTransforms,
  options: TransformerOptions,
): Promise<Transformer> => {
  if (!asked.strip && !asked.upx && !asked.dedupe) return IDLE;
  const { openAskedTransformer } = await import('./asked-transformer.ts');
  return openAskedTransformer(asked, options);
};

/** What no transform leads to. */
export const NOTHING: Transformed = {
  replacements: new Map(),
  changes: [],
  refusals: [],
  notes: [],
};

const IDLE: Transformer = {
  usesTools: false,
  transform: async () => NOTHING,
  close: async () => {},
};
