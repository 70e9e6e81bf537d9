import { objectOf } from '../base/json.ts';
import type { EditedMember } from '../oci/document-edits.ts';
import type { JsonObject } from '../oci/json.ts';
import { NO_CHANGES, type Changes } from './changes.ts';
import type { PathEdits } from './edits.ts';

export interface MapEdits {
  readonly member: EditedMember;
  readonly set: readonly (readonly [name: string, value: unknown])[];
  readonly unset: readonly string[];
}

/** Edits of a map in `runtime`, the member `config` of a config: key by key, so that all others keep their bytes. */
export const editMap = (
  runtime: JsonObject,
  key: string,
  { member, set, unset }: MapEdits,
): Changes => {
  const before = objectOf(runtime[key]);
  const { gone, changed } = changesOf(before, { set, unset });
  if (gone.length === 0 && changed.length === 0) return NO_CHANGES;
  return {
    edits: [...gone.map((name) => [name, undefined] as const), ...changed].map(([name, value]) => [
      ['config', key, name],
      value,
    ]),
    applied: [
      ...gone.map((name) => ({ member, name, action: 'unset' }) as const),
      ...changed.map(([name]) => ({ member, name, action: 'set' }) as const),
    ],
  };
};

/** What of edits a map does not have already; a name that is also set is not unset. */
export const changesOf = <Value>(
  before: JsonObject,
  {
    set,
    unset,
  }: {
    readonly set: readonly (readonly [name: string, value: Value])[];
    readonly unset: readonly string[];
  },
): {
  readonly gone: readonly string[];
  readonly changed: readonly (readonly [name: string, value: Value])[];
} => {
  const names = new Set(set.map(([name]) => name));
  return {
    gone: unset.filter((name) => Object.hasOwn(before, name) && !names.has(name)),
    changed: set.filter(
      ([name, value]) =>
        !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value),
    ),
  };
};

/** A volume is a key with an empty value. */
export const editVolumes = (runtime: JsonObject, { set, unset }: PathEdits): Changes =>
  editMap(runtime, 'Volumes', {
    member: 'volume',
    set: set.map(valueIn(objectOf(runtime['Volumes']))),
    unset,
  });

/** A port without protocol, as old builders wrote it, is one of TCP. */
export const editPorts = (runtime: JsonObject, { set, unset }: PathEdits): Changes => {
  const before = objectOf(runtime['ExposedPorts']);
  const spelled = (port: string): string => {
    const bare = port.replace(/\/tcp$/, '');
    return !Object.hasOwn(before, port) && Object.hasOwn(before, bare) ? bare : port;
  };
  return editMap(runtime, 'ExposedPorts', {
    member: 'expose',
    set: set.map(spelled).map(valueIn(before)),
    unset: unset.map(spelled),
  });
};

/** The value is empty by definition; one that is there stays as it is. */
const valueIn = (before: JsonObject) => (name: string) =>
  [name, Object.hasOwn(before, name) ? before[name] : {}] as const;
