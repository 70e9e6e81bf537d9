import { UNKNOWN } from '../word.ts';
import { bindingsOf, partsAround, type Binding } from './bindings.ts';
import { isVariableTable, type Variables } from './call-value.ts';
import type { Language } from './language.ts';
import { newParser } from './parse-expression.ts';
import { pathOfName, readTokens, textParts, type TextPart } from './tokens.ts';
import {
  NOBODY_KNOWS,
  NOTHING,
  eitherOf,
  elementOf,
  joined,
  textValue,
  type Value,
} from './value.ts';

/** Tells what expressions of one source may be. Nothing is run: names are followed to where they get their values. */
export interface Evaluator {
  /** The first expression behind a position; `skip` leaves out that many before it in a list of arguments. */
  readonly at: (position: number, skip?: number) => Value;
  /** All arguments of a call, from where the first of them stands. */
  readonly all: (position: number) => readonly Value[];
  /** A text as between quotes in which values are filled in. */
  readonly text: (raw: string) => Value;
}

export const newEvaluator = (
  source: string,
  language: Language,
  variables: Variables,
  folder?: string,
): Evaluator => {
  const known = new Map<string, Value>();
  const isOpen = new Set<string>();
  let circles = 0;
  let lookups = 0;
  let scanned = 0;

  const nameValue = (name: string): Value => {
    const before = known.get(name);
    if (before) return before;
    if (isOpen.has(name)) {
      // Something that is made of itself adds nothing.
      circles++;
      return NOTHING;
    }
    if (isOpen.size > MAX_DEPTH || ++lookups > MAX_LOOKUPS) return NOBODY_KNOWS;
    const circlesBefore = circles;
    isOpen.add(name);
    const parts = partsAround(source, name);
    scanned += parts.reduce((sum, { text }) => sum + text.length, 0);
    const bindings = scanned > MAX_SCANNED ? [] : bindingsOf(parts, name, language);
    const value = unpacked(name) ?? combine(bindings);
    isOpen.delete(name);
    if (circles === circlesBefore || isOpen.size === 0) known.set(name, value);
    return value;
  };

  let unpackings: readonly string[] | undefined;
  const environment = (): readonly string[] =>
    (unpackings ??= [...source.matchAll(UNPACKED)].map(([, names = '']) => names));

  /** `const { TOOL, OTHER: name = 'x' } = process.env` */
  const unpacked = (name: string): Value | undefined => {
    if (language.name !== 'script') return undefined;
    for (const names of environment())
      for (const each of names.split(',')) {
        const [, variable = '', own = variable, otherwise] = UNPACKED_NAME.exec(each) ?? [];
        if (own === name) {
          const value = variables(variable);
          if (value) return value;
          return otherwise === undefined ? NOBODY_KNOWS : textValue(otherwise);
        }
      }
    return undefined;
  };

  const combine = (bindings: readonly Binding[]): Value => {
    if (!bindings.some(({ how }) => how === 'value' || how === 'from-elements'))
      return NOBODY_KNOWS;
    const own = bindings.flatMap(({ at, how }): Value[] => {
      if (at === undefined) return [NOBODY_KNOWS];
      if (how === 'to-elements' || how === 'longer') return [];
      const value = expressionAt(at);
      return [how === 'from-elements' ? elementOf(value) : value];
    });
    const more = bindings.flatMap(({ at, how }) =>
      at !== undefined && how === 'to-elements' ? [elementOf(expressionAt(at))] : [],
    );
    const value = eitherOf(own);
    const isLonger = bindings.some(({ how }) => how === 'longer') && !value.elements;
    const texts = isLonger
      ? new Set([...value.texts, ...[...value.texts].map((text) => text + UNKNOWN)])
      : value.texts;
    if (more.length === 0) return { ...value, texts };
    // The first that is put into an empty list is its first.
    return {
      texts: texts.size === 0 ? eitherOf(more).texts : texts,
      elements: eitherOf([...(value.elements ? [value.elements] : []), ...more]),
    };
  };

  const partValue = (part: TextPart): Value => {
    if (typeof part === 'string') return textValue(part);
    const { expression } = part;
    const quoted = /^\s*(["'])([^"'\\]*)\1\s*$/.exec(expression)?.[2];
    if (quoted !== undefined) return textValue(quoted);
    return /^[$@%]*[A-Za-z_][\w.:]*(?:->\w+)*$/.test(expression.trim())
      ? pathValue(pathOfName(expression.trim()))
      : NOBODY_KNOWS;
  };

  const partsValue = (parts: readonly TextPart[]): Value =>
    parts.length === 0 ? textValue('') : joined(parts.map(partValue));

  const pathValue = (path: readonly string[]): Value => {
    const name = path.at(-1) as string;
    if (name === 'executable' && path[0] === 'sys') return textValue('python3');
    if (name === 'execPath' || name === 'argv0') return textValue('node');
    if (folder !== undefined && OWN_FOLDER.test(path.join('.'))) return textValue(folder);
    if (isVariableTable(path.slice(0, -1))) return variables(name) ?? NOBODY_KNOWS;
    return /^(None|null|nil|undef|true|false|True|False)$/.test(name) ? NOTHING : nameValue(name);
  };

  const parserAt = (position: number) =>
    newParser(readTokens(source, position, language), {
      parts: partsValue,
      path: pathValue,
      variables,
    });
  const expressionAt = (position: number, skip = 0): Value => parserAt(position).argument(skip);

  return {
    at: expressionAt,
    all: (position) => parserAt(position).all(/\(\s*$/.test(source.slice(0, position).slice(-40))),
    text: (raw) => partsValue(textParts(raw, language.fills('`', 'f'))),
  };
};

const UNPACKED = /\{([^{}]{0,1000})\}\s{0,4}=\s{0,4}(?:globalThis\.)?process\.env\b/g;
const UNPACKED_NAME = /^\s*(\w+)\s*(?::\s*(\w+)\s*)?(?:=\s*["'`]([^"'`]*)["'`])?\s*$/;

/** The folder of the source itself. */
const OWN_FOLDER = /^(?:__dirname|__DIR__|__dir__|FindBin\.Bin|import\.meta\.dirname)$/;

const MAX_DEPTH = 12;
const MAX_LOOKUPS = 2000;

/** Characters of a source that are looked through for its names: more of them are those of a bundle. */
const MAX_SCANNED = 4 * 1024 * 1024;
