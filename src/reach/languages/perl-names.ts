import type { CodeNames, CodeOrigin, ModuleName, Word } from './code-names.ts';
import { computedLoads } from './computed-loads.ts';
import { withoutImports, withoutPod } from './perl-text.ts';

/**
 * Names in a source of Perl. Of an application's own code all words count, and whatever may load something by a name that it
 * makes up; of packages names of several parts wherever they stand, and single ones where they are loaded. A package that is
 * told what to load finds it below names that it has in quotes, and below its own.
 */
export const perlNames = (text: string, { isOwn }: CodeOrigin): CodeNames => {
  const code = isOwn ? text : withoutPod(text);
  const { main, imports } = isOwn ? { main: code, imports: '' } : withoutImports(code);
  const unbound = computedLoads(code, UNBOUND);
  return {
    modules: [
      ...loadedModules(code),
      ...filesByPath(code),
      ...listedModules(code),
      ...layers(code, isOwn),
      ...begunNames(main),
      ...(isUnbound(main) ? namespaces(code, isOwn) : []),
      ...namesForImport(code, imports),
    ],
    words: isOwn ? allWords(code) : packageWords(code, isUnbound(code)),
    unbound: isOwn ? unbound : [],
  };
};

const isUnbound = (code: string): boolean =>
  computedLoads(code, UNBOUND).length > 0 || LISTERS.test(code);

/** What a package makes up for who imports something: `use IO qw(File)` has `IO::import` do it, `use IO ()` has not. */
const namesForImport = (code: string, imports: string): ModuleName[] =>
  [...begunNames(imports), ...(isUnbound(imports) ? namespaces(code, false) : [])].map((each) => ({
    ...each,
    isForImport: true,
  }));

const partsOf = (name: string): string[] => name.split(/::|'/);

const matches = (
  code: string,
  pattern: RegExp,
  toName: (match: RegExpExecArray) => Omit<ModuleName, 'at'> | undefined,
): ModuleName[] =>
  [...code.matchAll(pattern)].flatMap((match) => {
    const name = toName(match);
    return name ? [{ at: match.index, ...name }] : [];
  });

/** `use A::B`, `require A::B`, `use if $^O eq 'linux', 'A::B'`, and `use A::B ()`, which imports nothing. */
const loadedModules = (code: string): ModuleName[] => {
  const own = new Set([...code.matchAll(PACKAGE)].map(([, name]) => name));
  return matches(code, LOADED, ({ 1: name = '', 2: nothing }) => ({
    parts: partsOf(name),
    // What a source says of itself, it only tells.
    ...((nothing !== undefined || own.has(name)) && { isBare: true }),
  }));
};

const PACKAGE = /\bpackage\s{1,20}([A-Za-z_]\w*(?:::\w+)*)/g;

const LOADED =
  /\b(?:use|no|require)\s{1,20}(?:if\b[^;]{0,200}?,\s{0,20})?["']?([A-Za-z_]\w*(?:(?:::|')\w+)*)(?:(?<=\buse\s{1,20}[\w:']{1,200})(?:\s{1,20}v?\d[\w.]{0,20})?\s{0,20}(\(\s{0,20}\))\s{0,20};)?/g;

/** `require "A/B.pm"`, and names of files that are put together. */
const filesByPath = (code: string): ModuleName[] =>
  matches(code, FILE, ({ 1: path = '' }) => ({ parts: path.split('/') }));

const FILE = /["']([A-Za-z_][\w/]{0,200})\.(?:p[lmh]|al)\b/g;

/** Lists of modules: `use parent qw(A B)`, `with 'A'`. */
const listedModules = (code: string): ModuleName[] =>
  [...code.matchAll(LISTS)].flatMap(({ 1: list = '', index }) =>
    [...list.matchAll(/[A-Za-z_]\w*(?:::\w+)*/g)].map(([name]) => ({
      at: index,
      parts: partsOf(name),
    })),
  );

const LISTS =
  /\b(?:use\s{1,20}(?:parent|base|autouse|aliased|ok|fields|superclass|mixin|Mojo::Base)|extends|with|plugins?|enable|\w{0,40}load\w{0,40}|use_module|require_module|register)\b([^;]{1,400})/g;

/**
 * What handles a layer of input and output, where there is such: `open my $in, '<:gzip', $path`; all that do where an
 * application names one only while it runs.
 */
const layers = (code: string, isOwn: boolean): ModuleName[] => [
  ...matches(code, LAYER, ({ 1: via, 2: name = '' }) =>
    via === undefined ? { parts: ['PerlIO'], stem: name } : { parts: partsOf(via) },
  ),
  ...(isOwn ? matches(code, MADE_LAYER, () => ({ parts: ['PerlIO'], stem: '' })) : []),
];

const LAYER = /(?<!:):(?:via\(([\w:]{1,100})\)|([a-z]\w{1,30})\b(?!:))/g;

/** `"<:$layer"`, `'<:' . $layer`, `binmode $out, $layer`. */
const MADE_LAYER = /[<>"' ]:(?:\$|["']\s{0,4}\.)|\bbinmode\b[^;,]{1,80},\s{0,20}[$@&]/g;

/** `"DBD::$driver"`, `'A::B::' . $name`, `"A/B/$name.pm"`: all that begins so. */
const begunNames = (code: string): ModuleName[] => [
  ...matches(code, BEGUN, ({ 1: begin = '' }) => begun(begin.split('::'))),
  ...matches(code, BEGUN_PATH, ({ 1: begin = '' }) => begun(begin.split('/'))),
];

const begun = (parts: string[]): Omit<ModuleName, 'at'> | undefined => {
  const stem = parts.pop() as string;
  return parts.length > 0 ? { parts, stem } : undefined;
};

const BEGUN =
  /\b([A-Za-z_]\w{0,80}(?:::\w{1,80}){0,8}::\w{0,80})(?=[$@%]|["']\s{0,20}[.,]|["'/{]|\s{0,4}\$)/g;

const BEGUN_PATH = /["']([A-Za-z_]\w{0,80}(?:\/\w{1,80}){0,8}\/\w{0,80})(?=[$@%]|["']\s{0,20}\.)/g;

/** What may be below names in quotes, and below the packages of a source. */
const namespaces = (code: string, isOwn: boolean): ModuleName[] => [
  ...matches(code, PACKAGE, ({ 1: name = '' }) =>
    isOwn ? undefined : { parts: partsOf(name), stem: '' },
  ),
  ...matches(code, NAMESPACE, ({ 1: name = '' }) => ({ parts: partsOf(name), stem: '' })),
];

const NAMESPACE = /(?<=["'({[\s])([A-Za-z_]\w{0,80}(?:::\w{1,80}){1,8})(?=["')}\]\s])/g;

/** All words of an application, single ones and names of several parts. */
const allWords = (code: string): Word[] => {
  const words = new Map<string, number>();
  for (const { 0: word, index } of code.matchAll(/[A-Za-z_]\w*(?:(?:::|')[A-Za-z_]\w*)*/g))
    for (const each of [word.replaceAll("'", '::'), ...word.split("'")])
      if (!words.has(each)) words.set(each, index);
  return [...words].map(([word, at]) => ({ word, at }));
};

const packageWords = (code: string, hasUnbound: boolean): Word[] =>
  [
    ...code.matchAll(/\b[A-Za-z_]\w{0,80}(?:::\w{1,80}){1,8}/g),
    ...(hasUnbound ? code.matchAll(/(?<=["'])[A-Za-z_]\w{0,80}(?=["'])/g) : []),
  ].map(({ 0: word, index }) => ({ at: index, word }));

/** Functions of many libraries that load what they are told, where that is no text by itself. */
const COMPUTED = [
  String.raw`\brequire\s{0,20}\(?\s{0,20}(?:[$@&]|"[^"\n]{0,200}[$@]|[a-z_]\w*\s*\()`,
  String.raw`\bdo\s{0,20}\(?\s{0,20}(?:[$@&]|"[^"\n]{0,200}[$@]|[a-z_]\w*\s*\()`,
  // Code in a text, unless nothing is filled in.
  String.raw`\beval\b(?!\s{0,20}(?:[{;)]|'[^']*'|"[^"$@]*"|q\b))`,
  String.raw`\b(?:autoload|load(?:_\w{0,20}(?:class|module|plugin|component|package|driver|handler|backend|namespace|engine)\w{0,10})?|try_load_class|ensure_\w{0,20}loaded|use_(?:module|package_optimistically)|require_module|\w{0,20}plugins?|compose_module_name)\s{0,4}\(?\s{0,20}(?:[$@&]|"[^"\n]{0,200}[$@]|shift\b|[a-z_]\w*\s*\()`,
  String.raw`->\s{0,4}(?:require|use)\b`,
  // Objects that are read have their classes loaded.
  String.raw`\b(?:thaw|retrieve|fd_retrieve|LoadBlessed)\b`,
];

const UNBOUND = new RegExp(COMPUTED.join('|'), 'g');

/** What goes through all modules of a namespace. */
const LISTERS =
  /\b(?:Module::(?:Pluggable|Find)|Mojo::Loader|find_(?:modules|packages)|usesub|useall|find(?:sub|all)mod|load_(?:classes|namespaces)|setup_(?:plugins|components)|@INC)\b/;
