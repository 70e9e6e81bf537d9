import { setsCommand, type Config, type HistoryStep } from '../oci/config.ts';
import type { JsonObject } from '../oci/json.ts';

/** The history of an image on its new base: the steps of the base, then those of the layers above. */
export const rebasedHistory = (
  own: Config,
  {
    layers,
    old,
    next,
  }: { readonly layers: number; readonly old: Config | undefined; readonly next: Config },
): readonly JsonObject[] => [...wholeHistory(next), ...ownSteps(own, layers, old)];

/** Steps for all layers: unknown ones where the history does not fit the layers. */
const wholeHistory = (config: Config): readonly JsonObject[] =>
  fits(config) ? config.history.map(({ raw }) => raw) : config.diffIds.map(() => UNKNOWN);

const UNKNOWN: JsonObject = { created_by: 'unknown' };

const fits = ({ history, diffIds }: Config): boolean =>
  history.filter(({ emptyLayer }) => !emptyLayer).length === diffIds.length;

const ownSteps = (own: Config, layers: number, old: Config | undefined): readonly JsonObject[] => {
  if (!fits(own)) return own.diffIds.slice(layers).map(() => UNKNOWN);
  const end = old && beginsWith(own, old) ? old.history.length : endOfBase(own.history, layers);
  return own.history.slice(end).map(({ raw }) => raw);
};

const beginsWith = (own: Config, old: Config): boolean =>
  old.history.every(({ raw }, at) => JSON.stringify(own.history[at]?.raw) === JSON.stringify(raw));

/**
 * After the step of the base's last layer; bases end with a command, so steps up to one that comes before the next layer are
 * theirs, too.
 */
const endOfBase = (history: readonly HistoryStep[], layers: number): number => {
  let [at, seen] = [0, 0];
  while (at < history.length && seen < layers) if (!history[at++]?.emptyLayer) seen++;
  const next = history.findIndex(({ emptyLayer }, index) => index >= at && !emptyLayer);
  const end = next < 0 ? history.length : next;
  const last = history.findLastIndex(
    (step, index) => index >= at && index < end && setsCommand(step),
  );
  return next < 0 || last < 0 ? at : last + 1;
};
