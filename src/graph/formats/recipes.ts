import { linesOf, type ReadSettings, type Statement } from './settings.ts';

interface Target {
  readonly needs: readonly string[];
  readonly lines: (readonly [line: number, text: string])[];
}

/** How recipes are written. */
interface Syntax {
  /** The line of a target: its names, what it needs. */
  readonly target: RegExp;
  readonly recipeLine: RegExp;
  readonly variable: RegExp;
  /** A use of a variable becomes one of a shell. */
  readonly toShell: (line: string) => string;
}

const readRecipes =
  ({ target, recipeLine, variable, toShell }: Syntax): ReadSettings =>
  (text, names) => {
    const targets = new Map<string, Target>();
    const settings: string[] = [];
    let current: Target | undefined;
    for (const [line, raw] of linesOf(text)) {
      if (recipeLine.test(raw)) {
        current?.lines.push([line, raw]);
        continue;
      }
      const [, name, value] = variable.exec(raw) ?? [];
      if (name !== undefined) {
        settings.push(`${name}="${(value ?? '').replaceAll(/["\\`]/g, '')}"`);
        continue;
      }
      const [, names_ = '', needs = ''] = target.exec(raw) ?? [];
      if (names_ === '') continue;
      current = { needs: needs.split(/\s+/), lines: [] };
      for (const each of names_.trim().split(/\s+/))
        if (!targets.has(each)) targets.set(each, current);
    }
    const asked = names.filter((name) => targets.has(name));
    const first = [...targets.keys()].find((name) => !name.startsWith('.'));
    const prefix = settings.slice(0, MAX_SETTINGS).map(toShell).join('; ');
    return [
      ...reached(targets, asked.length > 0 ? asked : first === undefined ? [] : [first]),
    ].flatMap(({ lines }) =>
      lines.map(([line, raw]): Statement => ({
        line,
        action: { does: 'shell', text: `${prefix}\n${toShell(raw.replace(/^\s*[@+-]*/, ''))}` },
      })),
    );
  };

const MAX_SETTINGS = 100;

const reached = (targets: ReadonlyMap<string, Target>, names: readonly string[]): Set<Target> => {
  const found = new Set<Target>();
  const todo = [...names];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const target = targets.get(name);
    if (!target || found.has(target)) continue;
    found.add(target);
    todo.push(...target.needs);
  }
  return found;
};

/** @see https://www.gnu.org/software/make/manual/make.html */
export const readMakefile: ReadSettings = readRecipes({
  target: /^([\w./%$(){} -]{1,200}?):(?![=:])([^=]{0,2000})$/,
  recipeLine: /^\t/,
  variable: /^(?:export\s+)?(\w+)\s*(?:[:?+]?:?=)\s*(.*)$/,
  toShell: (line) => line.replaceAll(/\$\((\w+)\)/g, '$${$1}').replaceAll('$$', '$'),
});

/** @see https://just.systems/man/en/ */
export const readJustfile: ReadSettings = readRecipes({
  target: /^@?([\w-]+)[^:=]{0,200}:(?!=)([^=]{0,2000})$/,
  recipeLine: /^[ \t]+\S/,
  variable: /^(?:export\s+)?(\w+)\s*:=\s*["']?([^"']*)/,
  toShell: (line) => line.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, '$${$1}'),
});
