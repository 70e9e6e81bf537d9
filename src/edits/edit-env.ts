import type { JsonObject } from '../oci/json.ts';
import { NO_CHANGES, type Changes } from './changes.ts';
import type { NamedEdits } from './edits.ts';

/** Edits of variables in `runtime`, the member `config` of a config. They keep their order; new ones come last. */
export const editEnv = (runtime: JsonObject, { set, unset }: NamedEdits): Changes => {
  const before = variablesOf(runtime);
  const values = new Map(set);
  const linesOf = (name: string) => before.filter((line) => nameOf(line) === name);
  const gone = unset.filter((name) => !values.has(name) && linesOf(name).length > 0);
  const changed = set.filter(([name, value]) => linesOf(name).join('\n') !== `${name}=${value}`);
  if (gone.length === 0 && changed.length === 0) return NO_CHANGES;
  const waiting = new Map(changed);
  const touched = new Set([...gone, ...waiting.keys()]);
  const lines = before.flatMap((line) => {
    const name = nameOf(line);
    if (!touched.has(name)) return [line];
    const value = waiting.get(name);
    // Of several lines with the name, the first has the new value.
    return value !== undefined && waiting.delete(name) ? [`${name}=${value}`] : [];
  });
  return {
    edits: [
      [
        ['config', 'Env'],
        [...lines, ...[...waiting].map((pair) => pair.join('='))],
      ],
    ],
    applied: [
      ...gone.map((name) => ({ member: 'env', name, action: 'unset' }) as const),
      ...changed.map(([name]) => ({ member: 'env', name, action: 'set' }) as const),
    ],
  };
};

/** The list `Env` of a config, `NAME=value` each. */
export const variablesOf = (runtime: JsonObject): readonly string[] =>
  Array.isArray(runtime['Env']) ? (runtime['Env'] as readonly string[]) : [];

export const nameOf = (variable: string): string => variable.split('=', 1)[0] as string;
