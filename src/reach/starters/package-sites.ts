import { NAME, escaped, loadedFrom, membersFrom, namesFrom } from '../own-sites.ts';
import { site, type Site } from '../use-sites.ts';
import type { StartingFunctions } from './starting-functions.ts';

/** Names of packages that a source loads, each once. */
export const packagesIn = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(LOADED)].map(([, name = '']) => name))]
    .filter((name) => !BUILTINS.has(name))
    .slice(0, MAX_PACKAGES);

const LOADED =
  /(?:\brequire\s{0,4}\(|\bfrom|\bimport\s{0,4}\(?)\s{0,4}["']((?:@[\w.-]{1,100}\/)?[a-z][\w.-]{0,100})(?:\/[^"'\n]{0,200})?["']/g;

const MAX_PACKAGES = 200;

/** Modules that every source loads. */
const BUILTINS = new Set(
  'assert buffer child_process cluster console crypto dgram dns events fs http http2 https module net os path perf_hooks process querystring readline stream string_decoder timers tls tty url util v8 vm worker_threads zlib'.split(
    ' ',
  ),
);

/** Calls of functions of a package in a source that loads it, by all names that it gives them. */
export const sitesOfPackage = (
  text: string,
  name: string,
  functions: StartingFunctions,
): Site[] => {
  const from = String.raw`["']${name.replaceAll(/[.+]/g, String.raw`\$&`)}(?:/[^"'\n]{0,200})?["']`;
  const loaded = loadedFrom(from);
  const spaces = namesFrom(text, loaded.namespaces);
  const sites: Site[] = [];
  const call = (pattern: string, index: number): void => {
    const end = String.raw`\)?(?:\s{0,4}\?\.)?\(\s*`;
    sites.push(
      site('script', 'starts', new RegExp(pattern + end, 'g'), { skip: index, isCaller: true }),
    );
  };
  const asName = (own: string): string => String.raw`(?<![.\w$])${escaped(own)}`;
  for (const [own, called] of membersFrom(text, loaded.members)) {
    const index = functions.get(called);
    if (index !== undefined) call(asName(own), index);
    spaces.push(own);
  }
  const made = objectsMadeOf(text, spaces);
  const direct = String.raw`\brequire\(\s{0,4}${from}\s{0,4}\)`;
  const owners = [...spaces, ...made].map(asName).concat(direct).join('|');
  for (const [called, index] of functions)
    if (called === 'default') {
      for (const own of spaces) call(String.raw`${asName(own)}(?:\.default)?`, index);
      call(direct, index);
    } else
      call(String.raw`(?:${owners})(?:\.default)?\s{0,8}\??\.\s{0,8}${escaped(called)}`, index);
  return sites;
};

/** What a source makes with a package: `const runner = new Runner()`, `const git = simple.create()`. */
const objectsMadeOf = (text: string, spaces: readonly string[]): string[] => {
  if (spaces.length === 0) return [];
  const made = new RegExp(
    String.raw`(?:this\.)?(${NAME})\s{0,4}=\s{0,4}(?:await\s{1,4})?(?:new\s{1,4})?(?:${spaces.map(escaped).join('|')})(?:\.[\w$]{1,60})?\s{0,4}\(`,
    'g',
  );
  return [...new Set([...text.matchAll(made)].map(([, own = '']) => own))].slice(0, MAX_OBJECTS);
};

const MAX_OBJECTS = 20;
