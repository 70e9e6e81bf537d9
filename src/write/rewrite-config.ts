import type { Config, HistoryStep } from '../oci/config.ts';
import type { JsonObject } from '../oci/json.ts';
import type { Document } from '../oci/manifest.ts';
import { editJson, type JsonEdit } from '../oci/edit-json.ts';
import type { WrittenLayer } from './write-layer.ts';

export interface RewriteConfigOptions {
  /** `created` members later than this are set to it; whole seconds since the epoch. */
  readonly timestamp?: number | undefined;
}

/**
 * The bytes of the new config: other diffIds, a history that fits them, all else as it was.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 */
export const rewriteConfig = (
  { bytes, value, descriptor }: Document<Config>,
  layers: readonly WrittenLayer[],
  { timestamp }: RewriteConfigOptions,
): Uint8Array => {
  const clamp = clampTo(timestamp);
  const history = newHistory(value, layers).map((step) =>
    typeof step['created'] === 'string' ? { ...step, created: clamp(step['created']) } : step,
  );
  const edits: JsonEdit[] = [[['rootfs', 'diff_ids'], layers.map(({ diffId }) => diffId)]];
  if (history.length > 0) edits.push([['history'], history]);
  if (value.created !== undefined && clamp(value.created) !== value.created)
    edits.push([['created'], clamp(value.created)]);
  return editJson(bytes, edits, `config ${descriptor.digest}`);
};

/**
 * Builders' steps stay readable. Steps whose layer is gone become empty ones; a layer that holds
 * several steps' files comes last with a step of its own.
 */
const newHistory = (
  { history, diffIds, created }: Config,
  layers: readonly WrittenLayer[],
): JsonObject[] => {
  const filled = history.filter((step) => !step.emptyLayer);
  const kept = new Set(layers.flatMap(({ from }) => (from === undefined ? [] : [from])));
  if (filled.length === diffIds.length && kept.size === layers.length) {
    return history.map((step) =>
      step.emptyLayer || kept.has(filled.indexOf(step)) ? step.raw : emptied(step),
    );
  }
  const own = {
    ...(created !== undefined && { created }),
    created_by: 'reslim',
    comment: 'all files of the steps before',
  };
  return [...history.map(emptied), ...layers.map(() => own)];
};

const emptied = ({ raw }: HistoryStep): JsonObject => ({ ...raw, empty_layer: true });

/** RFC 3339 times later than the limit become the limit; what is no time stays. */
const clampTo =
  (timestamp: number | undefined) =>
  (time: string): string =>
    timestamp !== undefined && Date.parse(time) > timestamp * 1000
      ? new Date(timestamp * 1000).toISOString().replace('.000Z', 'Z')
      : time;
