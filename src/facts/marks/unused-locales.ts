import type { Config } from '../../oci/config.ts';
import { nodeAt, nodesOf, type Node } from '../../tree/node.ts';
import type { SystemPackage, SystemPackages } from '../../ecosystems/system-package.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';

/**
 * Translations into languages that neither the environment nor the system's settings name: files, and folders
 * (`/usr/share/locale/de`) all of whose files are such. What no package owns is the application's, which may
 * choose a language by itself, and a package that somebody asked for, with translations and no programs, is
 * there for these. English is always in use.
 */
export const findUnusedLocales = async (
  root: Node,
  config: Config,
  { open, owners }: { readonly open: OpenFile; readonly owners: SystemPackages['owners'] },
): Promise<Set<Node>> => {
  const used = new Set(['en', ...(await localesInUse(root, config, open)).map(languageOf)]);
  const purposes = new Map<SystemPackage, boolean>();
  const isOfTranslations = (each: SystemPackage): boolean => {
    const known = purposes.get(each) ?? holdsTranslations(each);
    purposes.set(each, known);
    return known;
  };
  const isOwned = (node: Node): boolean =>
    owners.size === 0 || (owners.has(node) && !owners.get(node)?.some(isOfTranslations));
  const unused = new Set<Node>();
  for (const folder of nodeAt(root, 'usr/share/locale')?.children?.values() ?? []) {
    if (!folder.children || !LOCALE.test(folder.name) || used.has(languageOf(folder.name)))
      continue;
    const all = nodesOf(folder);
    const files = all.filter((node) => !node.children);
    for (const node of files.every(isOwned) ? all : files.filter(isOwned)) unused.add(node);
  }
  return unused;
};

/** A package such as iso-codes, whose translations applications read themselves. */
const holdsTranslations = ({ isAutomatic, files }: SystemPackage): boolean =>
  !isAutomatic &&
  files.filter(({ name }) => name.endsWith('.mo')).length > 30 &&
  !files.some(
    ({ name, parent }) => /^(s?bin|libexec)$/.test(parent?.name ?? '') || /\.so(\.|$)/.test(name),
  );

/** `de`, `pt_BR`, `sr@latin`, `zh_CN.UTF-8`; not `l10n`, `currency` or `C`. */
const LOCALE = /^[a-z]{2,3}(_[A-Z0-9]{2,3})?(\.[\w-]+)?(@\w+)?$/;

const languageOf = (locale: string): string => locale.split(/[_.@]/, 1)[0] as string;

const localesInUse = async (root: Node, { runtime }: Config, open: OpenFile): Promise<string[]> => {
  const files = await Promise.all(
    ['etc/default/locale', 'etc/locale.conf'].map((path) =>
      readText(open, nodeAt(root, path), 64 * 1024),
    ),
  );
  const lines = [...runtime.env, ...files.flatMap((text) => text?.split('\n') ?? [])];
  const generated = (await readText(open, nodeAt(root, 'etc/locale.gen'), 64 * 1024)) ?? '';
  return [
    ...lines.flatMap((line) => {
      const [, value = ''] = /^\s*(?:LANG|LANGUAGE|LC_\w+)=["']?([^"']*)/.exec(line) ?? [];
      return value.split(':').filter((each) => each !== '');
    }),
    // Somebody had them made.
    ...generated.split('\n').filter((line) => /^[a-z]/.test(line)),
    ...(nodeAt(root, 'usr/lib/locale')?.children?.keys() ?? []),
  ];
};
