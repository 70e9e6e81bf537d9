import { objectOf, parseObject } from '../base/json.ts';
import type { JsonEdit } from '../oci/edit-json.ts';
import type { JsonObject } from '../oci/json.ts';
import { NO_CHANGES, type Changes } from './changes.ts';
import { nameOf, variablesOf } from './edit-env.ts';
import type { Edits } from './edits.ts';
import { declaredArgs, scrubBuildArgs, SCRUBBED, scrubVariables } from './scrub-history.ts';

/** Values of build arguments, and of variables that are unset, in the history and in what builders left beside it. */
export const scrubConfig = (raw: JsonObject, { env, scrubsBuildArgs }: Edits): Changes => {
  const unset = new Set(env.unset);
  if (!scrubsBuildArgs && unset.size === 0) return NO_CHANGES;
  const history = Array.isArray(raw['history']) ? (raw['history'] as readonly unknown[]) : [];
  const steps = history.map((step) => {
    const text = objectOf(step)['created_by'];
    return typeof text === 'string' ? text : '';
  });
  const declared = steps.flatMap(declaredArgs);
  const known = new Set(variablesOf(objectOf(raw['config'])).map(nameOf));
  const scrubbed = new Set<string>();
  const edits: JsonEdit[] = [];
  for (const [at, step] of steps.entries()) {
    const variables = scrubVariables(step, unset, known);
    const args = scrubsBuildArgs ? scrubBuildArgs(variables.text, declared) : undefined;
    for (const name of args?.names ?? []) scrubbed.add(name);
    const text = args?.text ?? variables.text;
    if (text !== step) edits.push([['history', at, 'created_by'], text]);
  }
  if (unset.size > 0) edits.push(...editOldEnv(raw, unset));
  if (scrubsBuildArgs) edits.push(...scrubOldCmd(raw, scrubbed), ...scrubBuildInfo(raw, scrubbed));
  return {
    edits,
    applied: [...scrubbed].map((name) => ({ member: 'build-arg', name, action: 'unset' }) as const),
  };
};

/** What the container of the last step of the classic builder was made with. */
const OLD = 'container_config';

const editOldEnv = (raw: JsonObject, unset: ReadonlySet<string>): readonly JsonEdit[] => {
  const old = objectOf(raw[OLD]);
  const lines = variablesOf(old);
  const kept = lines.filter((line) => !unset.has(nameOf(line)));
  return kept.length === lines.length ? [] : [[[OLD, 'Env'], kept]];
};

/** `["|1", "TOKEN=secret", "/bin/sh", "-c", …]` */
const scrubOldCmd = (raw: JsonObject, scrubbed: Set<string>): readonly JsonEdit[] => {
  const { Cmd: words } = objectOf(raw[OLD]);
  if (!Array.isArray(words)) return [];
  const [, count] = /^\|(\d{1,4})$/.exec(String(words[0])) ?? [];
  const after = words.map((word: unknown, at) => {
    if (count === undefined || at === 0 || at > Number(count) || typeof word !== 'string')
      return word;
    return `${nameOf(word)}=${SCRUBBED}`;
  });
  if (JSON.stringify(after) === JSON.stringify(words)) return [];
  for (const word of words.slice(1, Number(count) + 1)) scrubbed.add(nameOf(String(word)));
  return [[[OLD, 'Cmd'], after]];
};

/**
 * BuildKit before 0.11 wrote all build arguments into a member of its own: JSON in base64.
 * @see https://github.com/moby/buildkit/blob/v0.10.6/docs/build-repro.md
 */
const BUILD_INFO = 'moby.buildkit.buildinfo.v1';

const scrubBuildInfo = (raw: JsonObject, scrubbed: Set<string>): readonly JsonEdit[] => {
  const encoded = raw[BUILD_INFO];
  if (typeof encoded !== 'string') return [];
  const info = parseObject(Buffer.from(encoded, 'base64').toString('utf8'));
  // What cannot be read cannot be scrubbed.
  if (!info) return [[[BUILD_INFO], undefined]];
  const attrs = objectOf(info['attrs']);
  const names = Object.keys(attrs).filter(
    (key) => key.startsWith(BUILD_ARG) && attrs[key] !== SCRUBBED,
  );
  if (names.length === 0) return [];
  for (const name of names) scrubbed.add(name.slice(BUILD_ARG.length));
  const after = { ...attrs, ...Object.fromEntries(names.map((name) => [name, SCRUBBED])) };
  const text = JSON.stringify({ ...info, attrs: after });
  return [[[BUILD_INFO], Buffer.from(text).toString('base64')]];
};

const BUILD_ARG = 'build-arg:';
