/*
 * Builders write values of build arguments into the history, where everybody reads them:
 * - the classic builder and buildah: `|2 A=1 B=two words /bin/sh -c make`, `/bin/sh -c #(nop)  ARG A=1`
 * - BuildKit: `RUN |1 A=1 /bin/sh -c make # buildkit`, `ARG A=1`
 * Values are not quoted. https://github.com/moby/buildkit/blob/v0.20.0/frontend/dockerfile/dockerfile2llb/convert.go
 */

/** A text without the values of some names, and these names. */
export interface Scrubbed {
  readonly text: string;
  readonly names: readonly string[];
}

/** What stands in place of a value. */
export const SCRUBBED = '***';

/** Takes the values of build arguments out of one step; `declared` are names that other steps declare. */
export const scrubBuildArgs = (step: string, declared: readonly string[]): Scrubbed => {
  const [, start, words] = ARG_STEP.exec(step) ?? [];
  if (start !== undefined && words !== undefined) {
    const { text, names } = scrubValues(words, () => true);
    return { text: start + text, names };
  }
  const [, head, count, rest] = RUN_STEP.exec(step) ?? [];
  if (head === undefined || count === undefined || rest === undefined) return unchanged(step);
  const { text, names } = scrubArguments(rest, Number(count), declared);
  return { text: head + text, names };
};

/** Takes the values of some variables out of a step that sets variables; `known` are all that an image has. */
export const scrubVariables = (
  step: string,
  scrubs: ReadonlySet<string>,
  known: ReadonlySet<string>,
): Scrubbed => {
  const [, start, words] = ENV_STEP.exec(step) ?? [];
  if (start === undefined || words === undefined) return unchanged(step);
  const { text, names } = scrubValues(
    words,
    (name) => scrubs.has(name) || known.has(name),
    (name) => scrubs.has(name),
  );
  return { text: start + text, names };
};

/** Names that a step declares as build arguments. */
export const declaredArgs = (step: string): readonly string[] => {
  const [, , words] = ARG_STEP.exec(step) ?? [];
  return words === undefined
    ? []
    : [...words.matchAll(/(?:^|\s)([A-Za-z_]\w*)(?==|\s|$)/g)].map(([, name]) => name as string);
};

const ARG_STEP = /^((?:\/bin\/sh -c )?(?:#\(nop\)\s*)?ARG\s+)([^]*)$/;
const ENV_STEP = /^((?:\/bin\/sh -c )?(?:#\(nop\)\s*)?ENV\s+)([^]*)$/;
const RUN_STEP = /^((?:RUN )?\|(\d{1,4}) )([^]*)$/;

const unchanged = (text: string): Scrubbed => ({ text, names: [] });

/** Of `A=1 B=two words /bin/sh -c make`: where no shell tells the command apart, all of it may be a value. */
const scrubArguments = (rest: string, count: number, declared: readonly string[]): Scrubbed => {
  const assigned = [...rest.matchAll(ASSIGNED)];
  const last = assigned[Math.min(count, assigned.length) - 1];
  const start = last?.index ?? 0;
  const shell = SHELL.exec(rest.slice(start));
  const end = shell ? start + shell.index : rest.length;
  const [args, command] = [rest.slice(0, end), rest.slice(end)];
  const suffix = shell ? '' : (/ # buildkit\s*$/.exec(args)?.[0] ?? '');
  const inArgs = assigned.filter(({ index }) => index < end).map(([, name]) => name as string);
  const names = [inArgs, inArgs.filter((name) => declared.includes(name))].find(
    ({ length }) => length === count,
  );
  // A value that looks like one more argument: nobody knows where which begins.
  const text = names ? names.map((name) => `${name}=${SCRUBBED}`).join(' ') : SCRUBBED;
  if (args === text + suffix) return unchanged(rest);
  return { text: text + suffix + command, names: names ?? inArgs.slice(0, 1) };
};

const ASSIGNED = /(?<=^|\s)([A-Za-z_]\w*)=/g;

/** ` /bin/bash -o pipefail -c …`, and those of Windows. */
const SHELL =
  / (?:\/(?:usr\/)?(?:s?bin|busybox)\/(?:ba|da|a|z|k)?sh |cmd(?:\.exe)? \/S |(?:powershell|pwsh)(?:\.exe)? -)/i;

/** Of `A=1 B=two words`: a value ends where the next of the names begins. */
const scrubValues = (
  words: string,
  isName: (name: string) => boolean,
  scrubs: (name: string) => boolean = isName,
): Scrubbed => {
  const starts = [...words.matchAll(ASSIGNED)].filter(([, name]) => isName(name as string));
  const names: string[] = [];
  let text = words.slice(0, starts[0]?.index ?? words.length);
  for (const [at, { index, 0: whole, 1: name = '' }] of starts.entries()) {
    const part = words.slice(index, starts[at + 1]?.index ?? words.length);
    const value = part.slice(whole.length).trimEnd();
    if (!scrubs(name) || value === '' || value === SCRUBBED) text += part;
    else {
      names.push(name);
      text += whole + SCRUBBED + part.slice(whole.length + value.length);
    }
  }
  return { text, names };
};
