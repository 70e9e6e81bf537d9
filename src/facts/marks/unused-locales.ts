import type { Config } from '../../oci/config.ts';
import { nodeAt, nodesOf, type Node } from '../../tree/node.ts';
import type { SystemPackages } from '../../ecosystems/system-package.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';

/**
 * Translations into languages that neither the environment nor the system's settings name: folders
 * (`/usr/share/locale/de`), or their files if some of them belong to no package. What no package owns is
 * the application's, which may choose a language by itself. English is always in use.
 */
export const findUnusedLocales = async (
  root: Node,
  config: Config,
  { open, owners }: { readonly open: OpenFile; readonly owners: SystemPackages['owners'] },
): Promise<Set<Node>> => {
  const used = new Set(['en', ...(await localesInUse(root, config, open)).map(languageOf)]);
  const isOwned = (node: Node): boolean => owners.size === 0 || owners.has(node);
  const unused = new Set<Node>();
  for (const folder of nodeAt(root, 'usr/share/locale')?.children?.values() ?? []) {
    if (!folder.children || !LOCALE.test(folder.name) || used.has(languageOf(folder.name)))
      continue;
    const files = nodesOf(folder).filter((node) => !node.children);
    for (const node of files.every(isOwned) ? [folder] : files.filter(isOwned)) unused.add(node);
  }
  return unused;
};

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
  return lines.flatMap((line) => {
    const [, value = ''] = /^\s*(?:LANG|LANGUAGE|LC_\w+)=["']?([^"']*)/.exec(line) ?? [];
    return value.split(':').filter((each) => each !== '');
  });
};
