/** One authentication scheme that a server offers. Scheme and parameter names are lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Parses `WWW-Authenticate` values. One header may hold several challenges, and commas separate both
 * challenges and parameters, so a token without `=` begins a new challenge. Parsing ends at text that does
 * not fit the grammar; what was read before it counts.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export const parseChallenges = (headers: readonly string[]): Challenge[] =>
  headers.flatMap((header) => parseHeader(header.slice(0, MAX_LENGTH)));

const MAX_LENGTH = 8192;

const SCHEME = /[\s,]*([!#$%&'*+\-.^_`|~\w]+)(?=[\s,]|$)/y;
const PARAMETER =
  /[\s,]*([!#$%&'*+\-.^_`|~\w]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~\w:/?=@]+))/y;
const TOKEN68 = /\s+[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y;

const parseHeader = (header: string): Challenge[] => {
  const found: Challenge[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    const scheme = take(SCHEME)?.[1];
    if (scheme === undefined) return found;
    const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
    take(TOKEN68);
    for (let pair = take(PARAMETER); pair; pair = take(PARAMETER)) {
      const [, name = '', quoted, bare] = pair;
      parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
    }
    found.push({ scheme: scheme.toLowerCase(), parameters });
  }
};
