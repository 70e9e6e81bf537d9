/** What a call is given first, as far as it is written there. */
export interface Argument {
  /** The text, or what it begins with. */
  readonly text: string;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
  /** What stands behind it, to the end of the line. */
  readonly rest: string;
}

/**
 * Reads the first argument at a position behind a parenthesis of Python: `"a.b"`, `"a." + name`, `f"a.{name}"`, `"a.%s" % name`.
 * What the name of the module itself begins, begins with `__name__`. `undefined` where it begins with something else.
 */
export const literalArgument = (text: string, at: number): Argument | undefined => {
  const head = text.slice(at, at + MAX_ARGUMENT);
  const own = OWN_NAME.exec(head);
  if (own) return { text: '__name__.', isWhole: false, rest: head.slice(own[0].length) };
  const match = LITERAL.exec(head);
  if (!match) return undefined;
  const [all, prefix = '', , quoted = ''] = match;
  const rest = head.slice(all.length);
  const isFormatted = /f/i.test(prefix);
  const content = isFormatted ? quoted.replace(OWN_HOLE, '__name__') : quoted;
  const hole = isFormatted ? content.indexOf('{') : -1;
  if (hole >= 0) return { text: content.slice(0, hole), isWhole: false, rest };
  return /^\s*[,)\]]/.test(rest)
    ? { text: content, isWhole: true, rest }
    : { text: content.replace(/[%{].*/, ''), isWhole: false, rest };
};

const MAX_ARGUMENT = 400;

const OWN_NAME = /^\s*(?:\w+\s*=\s*)?__(?:name|package)__\s*\+\s*["']\./;

const LITERAL = /^\s*(?:\w+\s*=\s*)?([fFrRbBuU]{0,2})(["'])((?:(?!\2)[^\\\n])*)\2/;

const OWN_HOLE = /^\{__(?:name|package)__\}/;
