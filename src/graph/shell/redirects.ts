import type { HereDoc, Redirection } from 'unbash';
import { UNKNOWN, isLiteral } from '../word.ts';
import { joinPath } from '../paths.ts';
import { expandBody, expandText, type Expander } from './expand-word.ts';
import { ANYTHING, type Alternatives } from './fields.ts';
import { asInput, linesOf, printedText, type Input, type Output } from './output.ts';
import type { Run } from './run.ts';

/** What a command reads that has these redirections. */
export const inputFrom = (
  redirects: readonly Redirection[],
  run: Run,
  expander: Expander,
): Input => {
  let { input } = run;
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc') input = asText(bodyOf(redirect, expander));
    else if (redirect.target) {
      const isInput = redirect.type === 'HereString' || redirect.operator === '<';
      const [only] = redirect.target.parts ?? [];
      if (isInput && only?.type === 'ProcessSubstitution' && only.script) {
        input = asInput(expander.outputOf(only.script));
        continue;
      }
      const values = expandText(redirect.target, expander);
      if (redirect.type === 'HereString') input = asText(values);
      else if (isInput && redirect.descriptor === undefined)
        input = { files: values, lines: linesIn(values, run) };
    }
  }
  return input;
};

const asText = (values: readonly string[]): Input => ({
  text: values.join('\n'),
  files: [],
  lines: values.flatMap(linesOf),
});

const bodyOf = ({ body }: HereDoc, expander: Expander): readonly string[] =>
  body.parts ? expandBody(body.parts, expander) : [body.text];

const linesIn = (paths: readonly string[], { files, scope }: Run): Alternatives => {
  const texts = paths.flatMap((path) => [
    ...(scope.written.get(joinPath(scope.folders[0] ?? '/', path)) ?? []),
    ...files.texts(path, scope.folders),
  ]);
  return texts.length > 0 ? texts.flatMap(linesOf) : ANYTHING;
};

/** Where the output of a command goes that has these redirections: to files, or to nobody who reads it. */
export interface Target {
  /** Whole paths; none where it is thrown away, or goes somewhere that is not known. */
  readonly paths: readonly string[];
}

export const targetOf = (
  redirects: readonly Redirection[],
  { scope }: Run,
  expander: Expander,
): Target | undefined => {
  let target: Target | undefined;
  for (const redirect of redirects) {
    if (redirect.type !== 'Redirect' || !redirect.target || redirect.operator.startsWith('<'))
      continue;
    const { descriptor } = redirect;
    if (descriptor?.type === 'FileDescriptor' && descriptor.value !== 1) continue;
    if (redirect.operator === '>&' && redirect.target.value === '1') continue;
    target = {
      paths: expandText(redirect.target, expander)
        .filter((path) => isLiteral(path) && !path.startsWith('/dev/') && !/^\d?$/.test(path))
        .map((path) => joinPath(scope.folders[0] ?? '/', path)),
    };
  }
  return target;
};

/** Notes what a script writes into files, which it may start or source later. */
export const write = (
  { written }: Run['scope'],
  paths: readonly string[],
  output: Output,
): void => {
  const text = printedText(output);
  if (text === undefined || text === UNKNOWN) return;
  for (const path of paths) {
    const before = written.get(path) ?? [];
    if (written.size < MAX_WRITTEN && before.length < MAX_TEXTS && !before.includes(text))
      written.set(path, [...before, text]);
  }
};

const MAX_WRITTEN = 100;
const MAX_TEXTS = 10;
