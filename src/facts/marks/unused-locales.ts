import type { Config } from '../../oci/config.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import { readText, type OpenFile } from '../read-range.ts';

/**
 * Folders of translations (`/usr/share/locale/de`) for languages that neither the environment nor the
 * system's settings name. English is always in use: programs are written in it.
 */
export const findUnusedLocales = async (
  root: Node,
  config: Config,
  open: OpenFile,
): Promise<Set<Node>> => {
  const used = new Set(['en', ...(await localesInUse(root, config, open)).map(languageOf)]);
  const unused = new Set<Node>();
  for (const path of ['usr/share/locale', 'usr/local/share/locale'])
    for (const folder of nodeAt(root, path)?.children?.values() ?? [])
      if (folder.children && LOCALE.test(folder.name) && !used.has(languageOf(folder.name)))
        unused.add(folder);
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
