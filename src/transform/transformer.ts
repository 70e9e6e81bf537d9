import { DEFAULT_UPX_GOAL } from '../api/vocabulary.ts';
import { findCandidates, stayingFiles } from './candidates.ts';
import { dedupe } from './dedupe.ts';
import { notesOf } from './notes.ts';
import { NO_RESULTS, resultsIn } from './tool-results.ts';
import { openResultSpool, type ResultSpool } from './result-spool.ts';
import { shrinkBinaries, type Shrunk } from './shrink-binaries.ts';
import { findStrip } from './strip.ts';
import type { Tools, TransformerOptions } from './tools.ts';
import {
  NOTHING,
  type AskedTransforms,
  type TransformInput,
  type Transformed,
  type Transformer,
} from './transform.ts';
import { findUpx } from './upx.ts';

/**
 * Finds the tools that the options ask for. Rejects with `unsupported` when one is missing, and with
 * `usage` for an argument that UPX must not get.
 */
export const openTransformer = async (
  { strip, upx, dedupe: isDedupe }: AskedTransforms,
  options: TransformerOptions,
): Promise<Transformer> => {
  const upxOptions = upx === true ? {} : upx === false ? undefined : upx;
  const tools: Tools = {
    strip: strip ? await findStrip(options.timeLimit) : undefined,
    upx: upxOptions && (await findUpx(upxOptions, options.timeLimit)),
    goal: upxOptions?.goal ?? DEFAULT_UPX_GOAL,
  };
  const usesTools = tools.strip !== undefined || tools.upx !== undefined;
  const results = options.cache ? resultsIn(options.cache) : NO_RESULTS;
  let spool: ResultSpool | undefined;

  const shrink = async (input: TransformInput): Promise<Shrunk> => {
    spool ??= await openResultSpool(options.newSpool);
    const candidates = await findCandidates(stayingFiles(input), input.layers);
    return shrinkBinaries(candidates, { ...input, ...tools, ...options, results, spool });
  };
  return {
    usesTools,
    transform: async (input): Promise<Transformed> => {
      if (!usesTools && !isDedupe) return NOTHING;
      input.onStart();
      const linked = isDedupe
        ? await dedupe(stayingFiles(input), { ...input, codec: options.codec })
        : [];
      if (!usesTools) return { ...NOTHING, changes: byPath(linked) };
      const shrunk = await shrink(input);
      const changes = byPath([...linked, ...shrunk.changes]);
      const refusals = byPath(shrunk.refusals);
      return { replacements: shrunk.replacements, changes, refusals, notes: notesOf(shrunk) };
    },
    close: async () => spool?.close(),
  };
};

const byPath = <T extends { readonly path: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
