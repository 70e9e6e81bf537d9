import type { Config, HistoryStep } from '../oci/config.ts';
import { contentComment } from '../oci/layer-content.ts';
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
 * Builders' steps stay readable, and stay as they are where all layers have the contents they had. Steps whose layer is gone become empty ones; layers that hold
 * several steps' files come last, each with a step of its own.
 */
const newHistory = (
  { history, diffIds, created }: Config,
  layers: readonly WrittenLayer[],
): JsonObject[] => {
  const filled = history.filter((step) => !step.emptyLayer);
  const isSame = [layers, filled].every(({ length }) => length === diffIds.length);
  if (isSame && layers.every(({ diffId }, at) => diffId === diffIds[at]))
    return history.map(({ raw }) => raw);
  const kept = new Set(layers.flatMap(({ from }) => (from === undefined ? [] : [from])));
  const isKnown = filled.length === diffIds.length;
  const steps = history.map((step) =>
    step.emptyLayer || (isKnown && kept.has(filled.indexOf(step))) ? step.raw : emptied(step),
  );
  const own = layers.filter(({ from }) => !isKnown || from === undefined);
  return [...steps, ...own.map((layer) => ownStep(layer, created))];
};

const ownStep = ({ content, comment }: WrittenLayer, created: string | undefined): JsonObject => ({
  ...(created !== undefined && { created }),
  created_by: 'reslim',
  comment: comment ?? (content ? contentComment(content.name) : 'all files of the steps before'),
});

const emptied = ({ raw }: HistoryStep): JsonObject => ({ ...raw, empty_layer: true });

/** RFC 3339 times later than the limit become the limit; what is no time stays. */
const clampTo =
  (timestamp: number | undefined) =>
  (time: string): string =>
    timestamp !== undefined && Date.parse(time) > timestamp * 1000
      ? new Date(timestamp * 1000).toISOString().replace('.000Z', 'Z')
      : time;
