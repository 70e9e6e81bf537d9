import type { Language } from '../graph/sources/language.ts';
import { site, type Site } from './use-sites.ts';

/**
 * Uses by names that a source gives itself to the functions of a language: `const { spawn: start } = require('child_process')`,
 * `import subprocess as sub`, `const load = createRequire(import.meta.url)`.
 */
export const ownSites = ({ name }: Language, text: string): Site[] => {
  if (name === 'script') return scriptSites(text);
  return name === 'python' ? pythonSites(text) : [];
};

/** Modules with functions that start programs. */
export const STARTERS: string = String.raw`["'](?:(?:node:)?child_process|cross-spawn|execa|shelljs)["']`;

/** From its first letter on, and not from each: minified sources have words of a megabyte. */
export const NAME: string = String.raw`(?<![\w$])[A-Za-z_$][\w$]{0,100}`;

/** How sources load modules, of a pattern for their names in quotes. */
export interface Loaded {
  /** Where such a module gets a name. */
  readonly namespaces: readonly RegExp[];
  /** Where members of such a module get names. */
  readonly members: readonly RegExp[];
}

export const loadedFrom = (modules: string): Loaded => {
  // Compilers hand what is loaded to functions of their own: `__importStar(require('child_process'))`.
  const loaded = String.raw`\(?(?:await\s{1,4})?(?:(?:[\w$]{1,40}\.)?_{1,2}(?:import|to|interop|reExport)\w{0,40}\(\s{0,4})?(?:[\w$.]{1,40}\.)?(?:require|import|getBuiltinModule)\s{0,4}\(\s{0,4}${modules}`;
  return {
    namespaces: [
      new RegExp(String.raw`(${NAME})\s{0,4}=\s{0,4}${loaded}`, 'g'),
      new RegExp(
        String.raw`\bimport\s{1,4}(?:\*\s{1,4}as\s{1,4})?(${NAME})\s{0,4}(?:,\s{0,4}\{[^}]{0,500}\}\s{0,4})?from\s{0,4}${modules}`,
        'g',
      ),
    ],
    members: [
      new RegExp(String.raw`\{([^{}]{0,500})\}\s{0,4}=\s{0,4}${loaded}`, 'g'),
      new RegExp(
        String.raw`\bimport\s{1,4}(?:${NAME}\s{0,4},\s{0,4})?\{([^{}]{0,500})\}\s{0,4}from\s{0,4}${modules}`,
        'g',
      ),
    ],
  };
};

/** The same of modules that start programs. */
export const STARTERS_LOADED: Loaded = loadedFrom(STARTERS);

export const FUNCTIONS = '(?:execFile|spawn|execa|execaCommand|exec)(?:Sync)?';

const IS_FUNCTION = new RegExp(`^${FUNCTIONS}$`);

const isLineOf = (called: string): boolean => /^exec(?:aCommand)?(?:Sync)?$/.test(called);

/** Names that a source has for modules that start programs, and for their functions. */
export interface StarterNames {
  readonly namespaces: readonly string[];
  /** What its own names call: `start` calls `spawn`. */
  readonly functions: ReadonlyMap<string, string>;
  /** A pattern for all that has functions as its members. */
  readonly spaces: string;
}

export const starterNames = (text: string): StarterNames => {
  const namespaces = namesFrom(text, STARTERS_LOADED.namespaces);
  const functions = new Map<string, string>();
  for (const [own, called] of membersFrom(text, STARTERS_LOADED.members))
    if (IS_FUNCTION.test(called)) functions.set(own, called);
  for (const own of namespaces)
    for (const [, items = ''] of text.matchAll(
      new RegExp(String.raw`\{([^{}]{0,500})\}\s{0,4}=\s{0,4}${escaped(own)}\b`, 'g'),
    ))
      for (const [other, called] of membersIn(items))
        if (IS_FUNCTION.test(called)) functions.set(other, called);
  const spaces = [
    ...namespaces.map((each) => String.raw`(?<![.\w$])${escaped(each)}`),
    String.raw`\brequire\(\s{0,4}${STARTERS}\s{0,4}\)`,
  ].join('|');
  // `const run = promisify(child.exec)`, `const start = spawn`
  const renamed = new RegExp(
    String.raw`(${NAME})\s{0,4}=\s{0,4}(?:[\w$.]{0,40}promisify\(\s{0,4})?(?:(?:${spaces})\s{0,4}\.\s{0,4})?(${[FUNCTIONS, ...[...functions.keys()].map(escaped)].join('|')})\b(?=\s{0,4}[),;\n]|\.bind)`,
    'g',
  );
  for (const [, own = '', called = ''] of text.matchAll(renamed))
    functions.set(own, functions.get(called) ?? called);
  return { namespaces, functions, spaces };
};

const scriptSites = (text: string): Site[] => {
  const { functions, spaces } = starterNames(text);
  const loaders = namesFrom(text, LOADERS).filter((each) => each !== 'require');
  return [
    site(
      'script',
      'starts',
      new RegExp(
        String.raw`(?:${spaces})\s{0,4}(?:\.\s{0,4}|\[["'])(?:execFile|spawn|execa)(?:Sync)?(?:["']\])?\)?\(\s*`,
        'g',
      ),
    ),
    site(
      'script',
      'starts',
      new RegExp(
        String.raw`(?:${spaces})\s{0,4}(?:\.\s{0,4}|\[["'])(?:exec|execaCommand)(?:Sync)?(?:["']\])?\)?\(\s*`,
        'g',
      ),
      {
        isLine: true,
      },
    ),
    site(
      'script',
      'starts',
      new RegExp(String.raw`(?:${spaces})\s{0,4}\[(?!\s{0,4}["'][^"']*["']\s{0,4}\])`, 'g'),
      {
        isAny: true,
      },
    ),
    ...[...functions].flatMap(([own, called]) =>
      own === called && new RegExp(`^${FUNCTIONS}$`).test(own) && !own.startsWith('execa')
        ? []
        : [
            site('script', 'starts', new RegExp(String.raw`(?<![.\w$])${escaped(own)}\(\s*`, 'g'), {
              isLine: isLineOf(called),
            }),
          ],
    ),
    ...loaders.map((own) =>
      site(
        'script',
        'loads',
        new RegExp(
          String.raw`(?<![.\w$])${escaped(own)}(?:\.resolve)?\(\s*(?=[A-Za-z_$(][^)\n]{0,60}|["'][^"'\n]*["']\s*\+)`,
          'g',
        ),
        { isCovered: true },
      ),
    ),
  ];
};

/** Functions that load modules as `require` does. */
const LOADERS = [
  new RegExp(String.raw`(${NAME})\s{0,4}=\s{0,4}(?:[\w$.]{1,40}\.)?createRequire\(`, 'g'),
  new RegExp(String.raw`(${NAME})\s{0,4}=\s{0,4}(?:module\.)?require\b(?=\s{0,4}[;,\n)])`, 'g'),
];

/** Other names that a source has for `require`. */
export const loaderNames = (text: string): readonly string[] => namesFrom(text, LOADERS);

/** What patterns have as their first group, each once. */
export const namesFrom = (text: string, patterns: readonly RegExp[]): string[] =>
  [
    ...new Set(patterns.flatMap((each) => [...text.matchAll(each)].map(([, name = '']) => name))),
  ].slice(0, MAX_NAMES);

const MAX_NAMES = 20;

/** Names that members get, with what these are. */
export const membersFrom = (
  text: string,
  patterns: readonly RegExp[],
): (readonly [own: string, called: string])[] =>
  patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(([, items = '']) => membersIn(items)),
  );

/** `spawn`, `spawn: start`, `spawn as start`. */
const membersIn = (items: string): (readonly [own: string, called: string])[] =>
  items.split(',').flatMap((item) => {
    const [, called = '', own = called] =
      /^\s*(\w+)(?:\s*:\s*|\s+as\s+)?([A-Za-z_$][\w$]*)?\s*$/.exec(item) ?? [];
    return called === '' ? [] : [[own, called] as const];
  });

/** A name as a pattern of it. */
export const escaped = (name: string): string => name.replaceAll('$', String.raw`\$`);

const pythonSites = (text: string): Site[] => {
  const subprocesses = aliases(text, /^[ \t]*import[ \t]+subprocess[ \t]+as[ \t]+(\w+)/gm);
  const systems = aliases(text, /^[ \t]*import[ \t]+os[ \t]+as[ \t]+(\w+)/gm);
  const functions = [
    ...text.matchAll(
      /^[ \t]*from[ \t]+(?:subprocess|os|asyncio)[ \t]+import[ \t]+(?:\(([^)]{1,500})\)|([^\n(]+))/gm,
    ),
  ].flatMap(([, inside = '', line = '']) =>
    (inside || line).split(',').flatMap((item) => {
      const [, called = '', own = called] = /^\s*(\w+)(?:\s+as\s+(\w+))?/.exec(item) ?? [];
      return own === '' ? [] : [[own, called] as const];
    }),
  );
  const named = (called: RegExp): string[] =>
    functions.filter(([, name]) => called.test(name)).map(([own]) => own);
  const sites: Site[] = [];
  const add = (
    owners: readonly string[],
    own: readonly string[],
    called: string,
    more: Partial<Site> = {},
  ): void => {
    const patterns = [
      ...owners.map((owner) => String.raw`\b${owner}\.(?:${called})`),
      ...own.map((each) => String.raw`(?<![.\w]|def )${each}`),
    ];
    if (patterns.length > 0)
      sites.push(
        site('python', 'starts', new RegExp(String.raw`(?:${patterns.join('|')})\(\s*`, 'g'), more),
      );
  };
  const isStandard = (own: string): boolean =>
    /^(?:Popen|check_output|check_call|run|call)$/.test(own);
  add(
    subprocesses,
    named(/^(?:run|call|Popen|check_output|check_call)$/).filter((own) => !isStandard(own)),
    'run|call|Popen|check_output|check_call',
  );
  add(systems, named(/^(?:exec[lv]p?e?|posix_spawnp?)$/), 'exec[lv]p?e?|posix_spawnp?', {
    argv: true,
  });
  add(systems, named(/^spawn[lv]p?e?$/), 'spawn[lv]p?e?', { argv: true, skip: 1 });
  add(systems, named(/^(?:system|popen)$/), 'system|popen', { isLine: true });
  return sites;
};

const aliases = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);
