import type { CodeNames, CodeOrigin, ModuleName, Word } from './code-names.ts';
import { computedLoads } from './computed-loads.ts';

/**
 * Names in a source of Ruby. Of an application's own code all words count, as names of files or of gems, and whatever may
 * load something by a name that it makes up; of packages what they require, and paths in quotes.
 */
export const rubyNames = (text: string, { isOwn }: CodeOrigin): CodeNames => {
  const code = isOwn ? text : withoutComments(text);
  const unbound = computedLoads(code, UNBOUND);
  return {
    modules: [...required(code), ...begunNames(code)],
    words: isOwn ? allWords(code) : packageWords(code, unbound.length > 0),
    unbound: isOwn ? unbound : [],
  };
};

const withoutComments = (text: string): string =>
  text.replaceAll(/^=begin\b[^]*?^=end\b.*$|^[ \t]*#.*$/gm, (prose) =>
    prose.replaceAll(/[^\n]/g, ' '),
  );

/** `require 'a/b'`, `require_relative '../a'`, `autoload :B, 'a/b'`. */
const required = (code: string): ModuleName[] =>
  [...code.matchAll(REQUIRED)].map(({ 1: relative, 2: path = '', index }) => {
    const parts = path.replace(/\.(?:rb|so)$/, '').split('/');
    const folders = parts.filter((part) => part !== '.' && part !== '..');
    const up = parts.filter((part) => part === '..').length;
    return { at: index, parts: folders, ...(relative !== undefined && { up }) };
  });

const REQUIRED =
  /\b(?:require(_relative)?|require_dependency|load|autoload\b[ (]{1,4}:?["']?\w+["']?\s{0,10},)[ (]{0,4}["']([\w./-]{1,200})["']/g;

/** `"rack/handler/#{name}"`, `'rack/handler/' + name`, `"minitest/*_plugin.rb"`: all that begins so. */
const begunNames = (code: string): ModuleName[] =>
  [...code.matchAll(BEGUN)].map(({ 1: begin = '', index }) => {
    const parts = begin.split('/');
    return { at: index, stem: parts.pop() as string, parts };
  });

const BEGUN =
  /["']([A-Za-z_][\w-]{0,80}(?:\/[\w-]{1,80}){0,8}\/[\w-]{0,80})(?=#\{|\*|["']\s{0,10}\+)/g;

/** Words of an application, as they may be written in names of files and gems. */
const allWords = (code: string): Word[] => {
  const words = new Map<string, number>();
  for (const { 0: word, index } of code.matchAll(/[A-Za-z_][\w/-]*(?:\.[\w/-]+)*/g))
    for (const each of [word, word.replace(/\.\w+$/, '')])
      if (!words.has(each)) words.set(each, index);
  return [...words].map(([word, at]) => ({ word, at }));
};

const packageWords = (code: string, hasUnbound: boolean): Word[] =>
  [...code.matchAll(hasUnbound ? QUOTED : PATHS)].map(({ 1: word = '', index }) => ({
    at: index,
    word,
  }));

const QUOTED = /["']([A-Za-z_][\w/-]{0,200})["']/g;

/** Names in quotes that have folders, and of gems that are asked for. */
const PATHS =
  /(?:\bgem[ (]{1,4})?["'](?<=gem[ (]{1,4}["']|["'](?=[\w-]+\/))([A-Za-z_][\w/-]{0,200})["']/g;

/** What loads files or code by names that are not written there. */
const COMPUTED = [
  String.raw`\b(?:require|load|gem|require_dependency)(?:[ ]|\()[ (]{0,4}(?:["']#\{|(?!["':&.)=]|if\b|unless\b|do\b|and\b|or\b)[A-Za-z_@$*])`,
  String.raw`\bautoload[ (]{1,4}(?!:?["']?\w+["']?\s{0,10},\s{0,10}["'][\w./-]+["'])`,
  String.raw`(?<!:):require\b(?!\s*=>)`,
  String.raw`\b(?:instance_|class_|module_)?eval(?:[ (]{1,4})(?!do\b|\{|&)`,
  String.raw`\b(?:Marshal\.(?:load|restore)|unsafe_load|YAML\.load|Gem\.(?:find_files|try_activate)|Gem::Specification)\b`,
];

const UNBOUND = new RegExp(COMPUTED.join('|'), 'g');
