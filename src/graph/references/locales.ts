import { nodeAt, type Node } from '../../tree/node.ts';
import { resolvePath } from '../../tree/resolve.ts';
import type { FindReferences, Reference } from './reference.ts';

/**
 * Translations and time zones that a source asks for by name: a domain of gettext, in all languages, since
 * who names one chooses the language later; a language that it sets; a zone with leap seconds.
 */
export const namedLocales = (root: Node): FindReferences => {
  const { domains, languages } = translationsOf(root);
  return (_, text) => {
    const found: Reference[] = [];
    const add = (nodes: readonly Node[], at: number): void => {
      for (const to of nodes)
        found.push({ kind: 'reads', to, at, ...(to.children && { whole: true }) });
    };
    if (!WORDS.test(text)) return found;
    for (const match of text.matchAll(ZONE)) {
      const { node } = resolvePath(root, `usr/share/zoneinfo/${match[1]}`);
      if (node) add([node], match.index);
    }
    const named = [...text.matchAll(DOMAIN)];
    for (const match of named) add(domains.get(match[1] as string) ?? [], match.index);
    // Domains that are known only while it runs.
    const all = named.length === 0 ? FOLDER.exec(text) : null;
    const folder = all && nodeAt(root, 'usr/share/locale');
    if (all && folder) add([folder], all.index);
    for (const match of text.matchAll(LANGUAGES))
      for (const [, language = ''] of match[0].matchAll(LANGUAGE))
        add(languages.get(language) ?? [], match.index);
    return found;
  };
};

const ZONE = /["'=: ]:?((?:right|posix)\/[A-Z][\w+-]*(?:\/[\w+-]+){0,2})\b/g;

/** Most sources have none of these. */
const WORDS = /gettext|textdomain|set_?locale|newlocale|LANG|LC_|(?:right|posix)\/[A-Z]/;

const DOMAIN =
  /(?:translation|text_?domain(?:_codeset)?|gettext\.(?:find|install)|\bd[cnp]{0,2}gettext|\b[dD]omain)["']?\s{0,4}[(=:]\s{0,4}["']([\w.+-]{2,60})["']/g;

const FOLDER = /["']\/usr\/share\/locale\/?["']/;

/** `setlocale(LC_ALL, 'de_DE.UTF-8')`, `LANG=fr_FR`, `os.environ['LANGUAGE'] = 'pt_BR:pt'`. */
const LANGUAGES =
  /(?:set_?locale\s{0,4}\(|newlocale\s{0,4}\(|\b(?:LANG|LANGUAGE|LC_[A-Z]+)\b["'\]]{0,2}\s{0,4}[=,:])[^\n;]{0,200}/g;

const LANGUAGE = /(?<![\w-])([a-z]{2,3})(?=[_.@:"'\s]|$)/g;

/** Nodes of translations by their domain, and by their language. */
const translationsOf = (root: Node) => {
  const domains = new Map<string, Node[]>();
  const languages = new Map<string, Node[]>();
  const add = (map: Map<string, Node[]>, name: string, node: Node): void => {
    const others = map.get(name);
    if (others) others.push(node);
    else map.set(name, [node]);
  };
  for (const folder of nodeAt(root, 'usr/share/locale')?.children?.values() ?? []) {
    const files = [...(folder.children?.get('LC_MESSAGES')?.children?.values() ?? [])];
    for (const file of files)
      if (file.name.endsWith('.mo')) add(domains, file.name.slice(0, -3), file);
    if (folder.children) add(languages, folder.name.split(/[_.@]/, 1)[0] as string, folder);
  }
  return { domains, languages };
};
