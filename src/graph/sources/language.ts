/** What languages differ in, as far as it tells texts from names. */
export interface Language {
  readonly name: 'python' | 'script' | 'ruby' | 'perl' | 'php';
  /** How comments begin that end with the line. */
  readonly comment: string;
  /** Expressions that are filled into a text of these quotes: `{x}` of `f"…"`. The first group is the expression. */
  readonly fills: (quote: string, prefix: string) => RegExp | undefined;
}

const PERL_VALUE =
  /\{\$([^{}\n]{1,100})\}|\$\{?([A-Za-z_]\w*(?:(?:->)?[[{][^\]}]{0,60}[\]}]|->\w+)*)\}?/g;

const LANGUAGES: readonly (readonly [files: RegExp, programs: RegExp, language: Language])[] = [
  [
    /\.pyw?$/,
    /^(?:python|pypy)[\d.]*$/,
    {
      name: 'python',
      comment: '#',
      fills: (_, prefix) => (/f/i.test(prefix) ? /\{([^{}]{0,200})\}/g : undefined),
    },
  ],
  [
    /\.[cm]?[jt]sx?$/,
    /^(?:node|nodejs|deno|bun|tsx|ts-node)$/,
    {
      name: 'script',
      comment: '//',
      fills: (quote) => (quote === '`' ? /\$\{([^{}]{0,200})\}/g : undefined),
    },
  ],
  [
    /\.(rb|ru|rake)$/,
    /^(?:ruby|jruby)[\d.]*$/,
    {
      name: 'ruby',
      comment: '#',
      fills: (quote) => (quote === "'" ? undefined : /#\{([^{}]{0,200})\}/g),
    },
  ],
  [
    /\.(pl|pm|psgi|cgi|t)$/,
    /^perl[\d.]*$/,
    { name: 'perl', comment: '#', fills: (quote) => (quote === "'" ? undefined : PERL_VALUE) },
  ],
  [
    /\.(php|inc|phtml)$/,
    /^php[\d.]*$/,
    {
      name: 'php',
      comment: '(?:#|//)',
      fills: (quote) => (quote === "'" ? undefined : PERL_VALUE),
    },
  ],
];

/** The language of a source, by the name of its file, or by those of programs in its first line. */
export const languageOf = (file: string, programs: readonly string[] = []): Language | undefined =>
  (LANGUAGES.find(([files]) => files.test(file)) ??
    LANGUAGES.find(([, names]) => programs.some((name) => names.test(name))))?.[2];
