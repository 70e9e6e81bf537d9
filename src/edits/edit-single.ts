import type { JsonObject } from '../oci/json.ts';
import type { Changes } from './changes.ts';
import type { SingleMember } from './edits.ts';

const NAMES: Readonly<Record<SingleMember, string>> = {
  entrypoint: 'Entrypoint',
  cmd: 'Cmd',
  user: 'User',
  workdir: 'WorkingDir',
  'stop-signal': 'StopSignal',
  healthcheck: 'Healthcheck',
  created: 'created',
};

/** Where engines look for a value of their own, an empty one is none. */
export const isEmpty = (value: unknown): boolean =>
  value == null || value === '' || (Array.isArray(value) && value.length === 0);

/** Edits of members that have one value. `raw` is the whole config, `runtime` its member `config`. */
export const editSingle = (
  raw: JsonObject,
  runtime: JsonObject,
  single: ReadonlyMap<SingleMember, unknown>,
): Changes => {
  const changed = [...single].filter(([member, value]) => {
    const before = (member === 'created' ? raw : runtime)[NAMES[member]];
    return value === undefined
      ? !isEmpty(before)
      : JSON.stringify(value) !== JSON.stringify(before);
  });
  return {
    edits: changed.map(([member, value]) => [
      member === 'created' ? ['created'] : ['config', NAMES[member]],
      value,
    ]),
    applied: changed.map(([member, value]) => ({
      member,
      action: value === undefined ? 'unset' : 'set',
    })),
  };
};
