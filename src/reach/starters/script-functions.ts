/** A function in a source of JavaScript or TypeScript. Positions are those in the text. */
export interface ScriptFunction {
  /** What it is called or assigned to; `default` where it is what its module exports, `''` without a name. */
  readonly name: string;
  /** Names of its parameters; what is taken out of an object has the place of that. */
  readonly parameters: readonly (readonly string[])[];
  readonly from: number;
  readonly to: number;
}

/** Texts and comments replaced by blanks, so that brackets are those of code and places stay where they are. */
export const codeOnly = (text: string): string =>
  text.replaceAll(NO_CODE, (found) => found.replaceAll(/[^\n]/g, ' '));

const NO_CODE =
  /\/\*[^]*?\*\/|(?<=^|[\s;{}),])\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`|(?<=[(,=:[!&|?{};]\s{0,4})\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//gm;

/** Finds the functions of a text that `codeOnly` made. */
export const functionsIn = (code: string): ScriptFunction[] =>
  FORMS.flatMap((form) =>
    [...code.matchAll(form)].slice(0, MAX_FUNCTIONS).map(({ index, 0: head, groups = {} }) => {
      const { own, list = '' } = groups;
      const from = index + head.length;
      return {
        name: own ?? nameBefore(code, index),
        parameters: parametersOf(list),
        from,
        to: endOf(code, from),
      };
    }),
  );

const MAX_FUNCTIONS = 3000;

const WORD = String.raw`[A-Za-z_$][\w$]{0,80}`;
/** Parameters, with brackets in one another as deep as defaults have them. */
const LIST = String.raw`\((?<list>(?:[^()]|\([^()]{0,200}\)){0,600})\)`;

const FORMS: readonly RegExp[] = [
  new RegExp(
    String.raw`\bfunction\s{0,4}\*?\s{0,4}(?<own>${WORD})\s{0,4}${LIST}[^{};]{0,200}\{`,
    'g',
  ),
  new RegExp(String.raw`\bfunction\s{0,4}\*?\s{0,4}${LIST}\s{0,4}\{`, 'g'),
  new RegExp(
    String.raw`(?<![\w$])(?:async\s{0,4})?${LIST}(?::[^{};=]{0,100})?\s{0,4}=>\s{0,4}`,
    'g',
  ),
  new RegExp(String.raw`(?<![\w$.])(?:async\s{1,4})?(?<list>${WORD})\s{0,4}=>\s{0,4}`, 'g'),
  // Methods.
  new RegExp(
    String.raw`(?<=[{};,\n]\s{0,40}(?:(?:async|static|public|private|protected)\s{1,4}|\*\s{0,4}){0,3})(?!(?:if|for|while|switch|catch|with|function|return)\b)(?<own>#?${WORD})\s{0,4}${LIST}(?::[^{};=]{0,100})?\s{0,4}\{`,
    'g',
  ),
];

/** `exports.run = `, `const run = async `, `run: `, `module.exports = `, `export default `. */
const nameBefore = (code: string, at: number): string => {
  const before = code.slice(Math.max(0, at - 200), at);
  const [, name, isDefault] =
    /(?:(#?[A-Za-z_$][\w$]*)\s*[:=]\s*|\bexport\s+(default)\s+)(?:async\s*)?(?:[\w$.]{1,60}\(\s*)?$/.exec(
      before,
    ) ?? [];
  return isDefault !== undefined || name === 'exports' ? 'default' : (name ?? '');
};

/** Where what a function does ends: its last bracket, or the expression behind an arrow. */
const endOf = (code: string, from: number): number => {
  const isBlock = code[from - 1] === '{';
  let depth = isBlock ? 1 : 0;
  for (let at = from; at < code.length; at++) {
    const sign = code[at] as string;
    if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) {
      depth--;
      if (depth < 0 || (depth === 0 && (isBlock || (sign === '}' && code[from] === '{'))))
        return at;
    } else if (depth === 0 && (sign === ';' || sign === ',')) return at;
  }
  return code.length;
};

const parametersOf = (list: string): string[][] => {
  const parameters: string[][] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= list.length; at++) {
    const sign = list[at] ?? ',';
    if ('([{<'.includes(sign)) depth++;
    else if (')]}>'.includes(sign) && list[at - 1] !== '=') depth--;
    else if (sign === ',' && (depth === 0 || at === list.length)) {
      parameters.push(namesOf(list.slice(start, at)));
      start = at + 1;
    }
  }
  return parameters;
};

/** `cmd = 'x'`, `...args`, `{ cmd, file: name = 'x' }`, `cmd?: string`. */
const namesOf = (parameter: string): string[] => {
  const [, inside] = /^\s*[{[]([^]*)[}\]]/.exec(parameter) ?? [];
  if (inside === undefined) return /[A-Za-z_$][\w$]*/.exec(parameter)?.slice(0, 1) ?? [];
  return inside.split(',').flatMap((each) => {
    const [, name, renamed] =
      /^[\s.]*([A-Za-z_$][\w$]*)\s*(?::\s*([A-Za-z_$][\w$]*))?/.exec(each) ?? [];
    return name === undefined ? [] : [renamed ?? name];
  });
};
