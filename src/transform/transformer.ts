import { NOTHING, type AskedTransforms, type Transformer } from './transform.ts';
import type { TransformerOptions } from './tools.ts';

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

const IDLE: Transformer = {
  usesTools: false,
  transform: async () => NOTHING,
  close: async () => {},
};
