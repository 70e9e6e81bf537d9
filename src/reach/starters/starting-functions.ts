import type { Language } from '../../graph/sources/language.ts';
import { handlersOf } from '../../graph/commands/command-table.ts';
import { baseOf } from '../../base/byte-path.ts';
import { hasUnknown } from '../../graph/word.ts';
import { computedUses, type ComputedUse } from '../computed-uses.ts';
import { escaped } from '../own-sites.ts';
import type { Site } from '../use-sites.ts';
import { codeOnly, functionsIn, type ScriptFunction } from './script-functions.ts';

/** Functions that start what their callers say: by their names, which parameter says it, from 0. */
export type StartingFunctions = ReadonlyMap<string, number>;

export interface PackageSource {
  readonly text: string;
  /** Sites beside those that are known by name: functions of other packages that start what their callers say. */
  readonly sites: readonly Site[];
}

/**
 * Finds the functions of a package that start a program which a parameter says, by themselves or through others of the
 * package. Whether a name is exported is not asked: nobody else can call it.
 */
export const startingFunctions = (
  language: Language,
  sources: readonly PackageSource[],
): StartingFunctions => {
  const found = new Map<string, number>();
  const files = new Map<string, File>();
  const fileOf = ({ text }: PackageSource): File => {
    const known = files.get(text);
    if (known) return known;
    const code = codeOnly(text);
    const made = { text, code, functions: functionsIn(code) };
    files.set(text, made);
    return made;
  };
  for (const source of sources) {
    if (source.sites.length === 0 && !/child_process|cross-spawn|execa|shelljs/.test(source.text))
      continue;
    for (const use of computedUses(language, source.text, () => undefined, undefined, source.sites))
      if (isUntold(use)) {
        const { text } = source;
        addAt(found, fileOf(source), argumentBehind(text, use.at), use.at);
        const [, name] = HANDED_OUT.exec(text.slice(Math.max(0, use.at - 160), use.at)) ?? [];
        if (name !== undefined) add(found, name === 'exports' ? 'default' : name, 0);
      }
  }
  // What calls these with what it is told itself.
  for (let round = 0; round < ROUNDS && found.size > 0; round++) {
    const before = found.size;
    const names = [...found.keys()].filter((name) => name !== 'default').map(escaped);
    if (names.length === 0) break;
    const calls = new RegExp(String.raw`(?<![\w$])(?:${names.join('|')})\s{0,4}\(`, 'g');
    for (const source of sources)
      for (const { index, 0: head } of source.text.matchAll(calls)) {
        const name = head.slice(0, head.search(/\s{0,4}\($/));
        const argument = argumentsBehind(source.text, index + head.length)[found.get(name) ?? 0];
        if (argument !== undefined) addAt(found, fileOf(source), argument, index);
      }
    if (found.size === before) break;
  }
  for (const { text } of sources) addAliases(found, text);
  return found;
};

/** `exports.run = promisify(`, `run: `: what follows is handed out as it is. */
const HANDED_OUT = /(?<![\w$])([A-Za-z_$][\w$]*)\s*[:=]\s*(?:[\w$.]{0,40}promisify\(\s*)?$/;

interface File {
  readonly text: string;
  readonly code: string;
  readonly functions: readonly ScriptFunction[];
}

const ROUNDS = 2;

/** It starts what the source does not say, or hands that to a shell or a wrapper. */
const isUntold = ({ kind, texts, args }: ComputedUse): boolean =>
  kind === 'starts' &&
  texts.some((text) => {
    const [program = ''] = text.trim().split(/\s/, 1);
    if (hasUnknown(program)) return true;
    return handlersOf(baseOf(program)).length > 0 && args?.flat().some(hasUnknown) === true;
  });

/** Notes the functions around a position that have the names of an expression from a parameter. */
const addAt = (
  found: Map<string, number>,
  file: File,
  expression: string,
  at: number,
  depth = 0,
): void => {
  const around = file.functions
    .filter(({ from, to }) => from <= at && at <= to)
    .sort((one, other) => other.from - one.from);
  for (const path of expression.matchAll(/(?<![\w$.'"`])(?:this\.)?#?[A-Za-z_$][\w$]*/g)) {
    const [name] = path;
    const own = around.find(({ parameters }) => parameters.some((names) => names.includes(name)));
    if (own) {
      const index = own.parameters.findIndex((names) => names.includes(name));
      // A function within another is that of the other one, which is asked for it.
      const named = [own, ...around.slice(around.indexOf(own) + 1)].find(
        (each) => each.name !== '',
      );
      if (named) add(found, nameOf(file, named), named === own ? index : 0);
    } else if (depth < DEPTH) {
      const outer = around.at(-1);
      const values = new RegExp(
        String.raw`(?<![\w$.])(?:${escaped(name).replace('this.', String.raw`this\.`)}|[{[][^{}[\]=]{0,200}\b${escaped(name)}\b[^{}[\]=]{0,200}[}\]])\s{0,4}(?::[^=;\n]{0,60})?=(?![=>])\s{0,4}(?<value>[^;\n]{1,200})`,
        'g',
      );
      for (const { index, groups = {} } of file.text.matchAll(values))
        if (name.startsWith('this.') || !outer || (index >= outer.from && index <= outer.to))
          if (index !== at) addAt(found, file, groups['value'] ?? '', index, depth + 1);
    }
  }
};

const DEPTH = 3;

const add = (found: Map<string, number>, name: string, index: number): void => {
  if (!found.has(name) && found.size < MAX_FOUND) found.set(name, index);
};

const MAX_FOUND = 60;

/** A class is called as its constructor is. */
const nameOf = ({ code }: File, { name, from }: ScriptFunction): string =>
  name === 'constructor'
    ? ([...code.slice(0, from).matchAll(/\bclass\s+([A-Za-z_$][\w$]*)/g)].at(-1)?.[1] ?? name)
    : name;

/** The expression that says what is started, at a position where a function is named. */
const argumentBehind = (text: string, at: number): string =>
  argumentsBehind(text, text.indexOf('(', at) + 1)
    .slice(0, 2)
    .join(' ');

/** The arguments of a call as they are written, from where the first of them stands. */
const argumentsBehind = (text: string, from: number): string[] => {
  const found: string[] = [];
  let [depth, start] = [0, from];
  for (let at = from; at < Math.min(text.length, from + MAX_LENGTH); at++) {
    const sign = text[at] as string;
    if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    if (depth < 0 || (depth === 0 && sign === ',')) {
      found.push(text.slice(start, at));
      start = at + 1;
    }
    if (depth < 0) break;
  }
  return found;
};

const MAX_LENGTH = 1000;

/** `module.exports = run`, `exports.other = run`, `export { run as other }`, `export default run`. */
const addAliases = (found: Map<string, number>, text: string): void => {
  for (const [name, index] of [...found]) {
    const own = escaped(name);
    const exported = new RegExp(
      String.raw`(?:\bexports(?:\.(?<member>[\w$]+))?\s{0,4}=\s{0,4}(?:\w+\s{0,4}=\s{0,4})?|\bexport\s{1,4}(?<isDefault>default)\s{1,4}|(?<key>[\w$]+)\s{0,4}:\s{0,4})(?:new\s{1,4})?${own}(?![\w$(.])|(?<![\w$])${own}\s{1,4}as\s{1,4}(?<as>[\w$]+)`,
      'g',
    );
    for (const { groups = {} } of text.matchAll(exported))
      add(found, groups['member'] ?? groups['key'] ?? groups['as'] ?? 'default', index);
  }
};
