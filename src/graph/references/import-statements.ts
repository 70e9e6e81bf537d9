/** One module that an import of Python names: `from ..a.b import c, d`; `import a.b, c` are two. */
export interface ImportStatement {
  /** Position of the line. */
  readonly line: number;
  /** What the line begins with. */
  readonly indent: string;
  /** Where the statement begins, behind what stands before it. */
  readonly at: number;
  readonly text: string;
  /** Dots before the name: none where it is not relative. */
  readonly dots: number;
  readonly module: readonly string[];
  /** What is imported of the module: modules in it, or names that it defines. */
  readonly names: readonly string[];
  /** What `import a.b as x` calls it. */
  readonly alias?: string | undefined;
}

/**
 * Imports of a Python source, also of code in quotes and behind `:` and `;`. Lines that a backslash continues count as one.
 * @see https://docs.python.org/3/reference/simple_stmts.html#the-import-statement
 */
export const importStatements = (text: string): ImportStatement[] =>
  [...text.replaceAll('\\\n', '  ').matchAll(IMPORT)].flatMap(
    ({ 0: match, index, groups = {} }) => {
      const { dots = '', module = '', names = '', list } = groups;
      const line = text.lastIndexOf('\n', index - 1) + 1;
      const indent = /^[ \t]*/.exec(text.slice(line, line + MAX_INDENT))?.[0] ?? '';
      const statement = { line, indent, at: index, text: match, dots: dots.length };
      if (list === undefined)
        return [{ ...statement, module: partsOf(module), names: names.match(/\w+/g) ?? [] }];
      return list
        .split(',')
        .map((each) => each.trim().split(/\s+/))
        .filter(([name = '']) => name !== '')
        .map(([name = '', , alias]) => ({ ...statement, module: partsOf(name), names: [], alias }));
    },
  );

const partsOf = (module: string): string[] => module.split('.').filter((part) => part !== '');

const MAX_INDENT = 200;

const IMPORT =
  /(?<=^|[;:"'`]|\\n)[ \t]*(?:from(?:[ \t]+|(?=\.))(?<dots>\.*)[ \t]*(?<module>[\w.]*)[ \t]+import(?:[ \t]+|(?=\())(?<names>\([^)]{0,4000}\)|[^\n#;"'`]{1,400})|import[ \t]+(?<list>[\w., \t]{1,400}))/gm;
