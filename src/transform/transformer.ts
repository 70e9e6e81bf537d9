import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/open-layer.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { SlimOptions } from '../slim-types.ts';
import type { Tree } from '../tree/squash.ts';
import { findCandidates, stayingFiles } from './candidates.ts';
import { dedupe } from './dedupe.ts';
import type { Storage } from './measure.ts';
import { notesOf } from './notes.ts';
import { NO_RESULTS } from './result-cache.ts';
import { openResultSpool, type ResultSpool } from './result-spool.ts';
import { shrinkBinaries } from './shrink-binaries.ts';
import { findStrip } from './strip.ts';
import type { Transformed } from './transform.ts';
import type { Tools, TransformerOptions } from './tools.ts';
import { findUpx } from './upx.ts';

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

/**
 * Finds the tools that the options ask for, before anything is read. Rejects with `unsupported` when
 * one is missing, and with `usage` for arguments it must not get.
 */
export const openTransformer = async (
  { strip, upx, dedupe: isDedupe }: Pick<SlimOptions, 'strip' | 'upx' | 'dedupe'>,
  options: TransformerOptions,
): Promise<Transformer> => {
  const upxOptions = upx === true ? {} : upx === false ? undefined : upx;
  const tools: Tools = {
    strip: strip ? await findStrip(options.timeLimit) : undefined,
    upx: upxOptions && (await findUpx(upxOptions, options.timeLimit)),
    goal: upxOptions?.goal ?? 'compressed',
  };
  const cache = options.cache ?? NO_RESULTS;
  let spool: ResultSpool | undefined;

  return {
    usesTools: tools.strip !== undefined || tools.upx !== undefined,
    transform: async (input) => {
      if (!isDedupe && !tools.strip && !tools.upx) return NOTHING;
      input.onStart();
      const files = stayingFiles(input);
      const linked = isDedupe ? await dedupe(files, input) : [];
      if (!tools.strip && !tools.upx) {
        return { ...NOTHING, changes: byPath(linked) };
      }
      spool ??= await openResultSpool(options.newSpool);
      const staying = linked.length > 0 ? stayingFiles(input) : files;
      const candidates = await findCandidates(staying, input.layers);
      const shrunk = await shrinkBinaries(candidates, {
        ...tools,
        ...options,
        cache,
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

const NOTHING: Transformed = { replacements: new Map(), changes: [], refusals: [], notes: [] };

const byPath = <T extends { readonly path: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
