import type { JsonEdit } from '../oci/edit-json.ts';
import type { JsonObject } from '../oci/json.ts';
import { objectOf } from '../base/json.ts';
import { nameOf, variablesOf } from '../edits/edit-env.ts';
import { isEmpty } from '../edits/edit-single.ts';

/** Settings that change with the base, as edits of a config, and what they are called in reports. */
export interface MergedSettings {
  readonly edits: readonly JsonEdit[];
  readonly names: readonly string[];
}

/** The `config` members of three configs: that of the image, of its old base and of its new one. */
export interface SettingsOfThree {
  readonly own: JsonObject;
  readonly old: JsonObject;
  readonly next: JsonObject;
}

/**
 * What an image has as its old base has it, it did not set itself: there the new base counts. All else is the image's own.
 * That is what a build on the new base would give.
 */
export const mergeSettings = (settings: SettingsOfThree): MergedSettings => {
  const merged = [
    mergeEnv(settings),
    ...MAPS.map(([member, name]) => mergeMap(settings, member, name)),
    ...singlesOf(settings).map(([member, name]) => mergeSingle(settings, member, name)),
  ];
  return {
    edits: merged.flatMap(({ edits }) => edits),
    names: merged.flatMap(({ names }) => names),
  };
};

const MAPS = [
  ['Labels', 'label'],
  ['ExposedPorts', 'expose'],
  ['Volumes', 'volume'],
] as const;

const SINGLES = [
  ['User', 'user'],
  ['WorkingDir', 'workdir'],
  ['Entrypoint', 'entrypoint'],
  ['Cmd', 'cmd'],
  ['Shell', 'shell'],
  ['StopSignal', 'stop-signal'],
  ['Healthcheck', 'healthcheck'],
] as const;

/** As in a Dockerfile, an image with an entrypoint of its own has no command of its base. */
const singlesOf = ({ own, old }: SettingsOfThree) =>
  isSame(own['Entrypoint'], old['Entrypoint'])
    ? SINGLES
    : SINGLES.filter(([member]) => member !== 'Cmd');

const mergeSingle = (
  { own, old, next }: SettingsOfThree,
  member: string,
  name: string,
): MergedSettings =>
  isSame(own[member], old[member]) && !isSame(old[member], next[member])
    ? { edits: [[['config', member], next[member]]], names: [name] }
    : { edits: [], names: [] };

const mergeMap = (settings: SettingsOfThree, member: string, name: string): MergedSettings => {
  const [own, old, next] = [settings.own, settings.old, settings.next].map((each) =>
    objectOf(each[member]),
  ) as [JsonObject, JsonObject, JsonObject];
  const changed = changedKeys({ own, old, next });
  return {
    edits: changed.map((key) => [['config', member, key], next[key]]),
    names: changed.map((key) => `${name} ${key}`),
  };
};

/** The variables of the base come first, as builders write them. */
const mergeEnv = (settings: SettingsOfThree): MergedSettings => {
  const [own, old, next] = [settings.own, settings.old, settings.next].map(variableMap) as [
    JsonObject,
    JsonObject,
    JsonObject,
  ];
  const changed = changedKeys({ own, old, next });
  if (changed.length === 0) return { edits: [], names: [] };
  const gone = new Set(changed.filter((key) => next[key] === undefined));
  const values: JsonObject = {
    ...next,
    ...own,
    ...Object.fromEntries(changed.map((key) => [key, next[key]])),
  };
  const lines = Object.entries(values).flatMap(([key, value]) =>
    gone.has(key) ? [] : [`${key}=${String(value)}`],
  );
  return { edits: [[['config', 'Env'], lines]], names: changed.map((key) => `env ${key}`) };
};

const variableMap = (settings: JsonObject): JsonObject =>
  Object.fromEntries(
    variablesOf(settings).map((line) => [nameOf(line), line.slice(nameOf(line).length + 1)]),
  );

/** Keys that are the base's, and that the new base has another value for, or none. */
const changedKeys = ({ own, old, next }: SettingsOfThree): string[] =>
  [...new Set([...Object.keys(next), ...Object.keys(old)])].filter(
    (key) => isSame(own[key], old[key]) && !isSame(old[key], next[key]),
  );

/** Builders write a member that is not set as `null`, as an empty one, or not at all. */
const isSame = (one: unknown, other: unknown): boolean => written(one) === written(other);

const written = (value: unknown): string | undefined =>
  isEmpty(value) ? undefined : JSON.stringify(value);
