import type { Found } from '../graph/find-files.ts';
import { pathOf } from '../tree/node.ts';
import type { Trace } from '../graph/trace/state.ts';

/**
 * The file or folder that a string in a program names. Behind it other text may follow: `/etc/app.conf%s`, or the
 * next string where strings have no ends. Folders that everything lies in name nothing.
 */
export const longestPath = ({ finder }: Trace, text: string): Found | undefined => {
  const parts = text.replace(/\/+$/, '').split('/').slice(1);
  let path = '';
  let at: Found | undefined;
  for (const part of parts) {
    const next = finder.at(`${path}/${part}`);
    if (!next) return bestChild(finder, path, at, part) ?? asFolder(at);
    at = next;
    path = `${path}/${part}`;
    if (!next.node.children) return next;
  }
  return asFolder(at);
};

/** The longest name in a folder that a text begins with. */
const bestChild = (
  finder: Trace['finder'],
  path: string,
  folder: Found | undefined,
  text: string,
): Found | undefined => {
  let best = '';
  for (const name of folder?.node.children?.keys() ?? [])
    if (name.length > best.length && name.length > 3 && text.startsWith(name)) best = name;
  const found = best === '' ? undefined : finder.at(`${path}/${best}`);
  return found && !found.node.children ? found : undefined;
};

const asFolder = (found: Found | undefined): Found | undefined =>
  found && !CROWDED.test(`/${pathOf(found.node)}`) ? found : undefined;

/** Folders of many packages. */
const CROWDED =
  /^(\/(usr|usr\/local))?\/?(bin|sbin|games|lib(32|64|exec)?|share|include|src|libx32)?$|^(\/usr)?\/lib\/[^/]+-linux-[^/]+$|^\/(etc|etc\/(default|init\.d|alternatives|profile\.d)|opt|var|var\/(lib|log|cache|tmp|run|spool|mail)|srv|home|root|run|tmp|dev|proc|sys|boot|mnt|media)$|^\/usr\/share\/(doc|man|info|locale|applications|icons|bash-completion|perl5?|python3?|nodejs|java|lintian|common-licenses|pixmaps|mime|misc|bug|vim)$|^\/usr\/lib\/(python3|python3\/dist-packages|python3\.\d+|systemd|systemd\/system|debug|ruby|gcc|jvm)$|^\/usr\/include/;
