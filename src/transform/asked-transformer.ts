import { findCandidates, stayingFiles } from './candidates.ts';
import { dedupe } from './dedupe.ts';
import { notesOf } from './notes.ts';
import { NO_RESULTS, resultsIn } from './tool-results.ts';
import { openResultSpool, type ResultSpool } from './result-spool.ts';
import { shrinkBinaries } from './shrink-binaries.ts';
import { findStrip } from './strip.ts';
import type { Tools, TransformerOptions } from './tools.ts';
import { NOTHING, type AskedTransforms, type Transformer } from './transform.ts';
import { findUpx } from './upx.ts';

/** The transformer of a run that asks for something: see `openTransformer`. */
export const openAskedTransformer = async (
  { strip, upx, dedupe: isDedupe }: AskedTransforms,
  options: TransformerOptions,
): Promise<Transformer> => {
  const upxOptions = upx === true ? {} : upx === false ? undefined : upx;
  const tools: Tools = {
    strip: strip ? await findStrip(options.timeLimit) : undefined,
    upx: upxOptions && (await findUpx(upxOptions, options.timeLimit)),
    goal: upxOptions?.goal ?? 'compressed',
  };
  const results = options.cache ? resultsIn(options.cache) : NO_RESULTS;
  let spool: ResultSpool | undefined;

  return {
    usesTools: tools.strip !== undefined || tools.upx !== undefined,
    transform: async (input) => {
      input.onStart();
      const files = stayingFiles(input);
      const linked = isDedupe ? await dedupe(files, { ...input, codec: options.codec }) : [];
      if (!tools.strip && !tools.upx) {
        return { ...NOTHING, changes: byPath(linked) };
      }
      spool ??= await openResultSpool(options.newSpool);
      const staying = linked.length > 0 ? stayingFiles(input) : files;
      const candidates = await findCandidates(staying, input.layers);
      const shrunk = await shrinkBinaries(candidates, {
        ...tools,
        ...options,
        results,
        spool,
        layers: input.layers,
        storageOf: input.storageOf,
        onProgress: input.onProgress,
      });
      const { replacements, refusals } = shrunk;
      const changes = byPath([...linked, ...shrunk.changes]);
      return { replacements, changes, refusals: byPath(refusals), notes: notesOf(shrunk) };
    },
    close: async () => spool?.close(),
  };
};

const byPath = <T extends { readonly path: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
