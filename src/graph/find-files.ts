import { typeOf, type Node } from '../tree/node.ts';
import { resolvePath, type StepBudget } from '../tree/resolve.ts';
import { hasUnknown, isLiteral, mayBe } from './word.ts';

/** What a path leads to, with the symlinks on the way. */
export interface Found {
  readonly node: Node;
  readonly via: readonly Node[];
}

/** Finds what words name in a tree. Paths that lead nowhere find nothing. */
export interface Finder {
  readonly at: (path: string, folder?: string) => Found | undefined;
  /** All that a word with wildcards may name; nothing where it may be almost anything. */
  readonly matching: (word: string, folder?: string) => readonly Found[];
  /** Whether a word names no more than what is in one folder, or begins in one way. */
  readonly isBound: (word: string) => boolean;
}

export const newFinder = (root: Node, budget: StepBudget): Finder => {
  const known = new Map<string, Found | undefined>();
  const at = (path: string, folder = '/'): Found | undefined => {
    if (path === '' || path.length > MAX_PATH) return undefined;
    const place = absolute(path, folder);
    if (!known.has(place)) {
      const { node, links } = resolvePath(root, place, root, budget);
      known.set(place, node && node !== root ? { node, via: links } : undefined);
    }
    return known.get(place);
  };
  const matching = (word: string, folder = '/'): readonly Found[] => {
    if (isLiteral(word)) {
      const found = at(word, folder);
      return found ? [found] : [];
    }
    const path = absolute(word, folder);
    // Seen from a folder, what begins with something unknown may be anything in it.
    if (path.length > MAX_PATH || hasUnknown(word.split('/', 1)[0] as string)) return [];
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    if (!isBound(parts)) return [];
    return parts.reduce<readonly Found[]>(
      (places, part) => places.flatMap((place) => stepInto(place, part)).slice(0, MAX_MATCHES),
      [{ node: root, via: [] }],
    );
  };
  const stepInto = ({ node: above, via }: Found, part: string): Found[] => {
    const names = isLiteral(part)
      ? [part]
      : [...(above.children?.keys() ?? [])].filter(
          (name) => mayBe(part, name) && (part.startsWith('.') || !name.startsWith('.')),
        );
    return names.flatMap((name) => {
      const { node, links } = resolvePath(root, name, above, budget);
      return node ? [{ node, via: [...via, ...links] }] : [];
    });
  };
  const isWordBound = (word: string): boolean => {
    const parts = word.split('/').filter((part) => part !== '' && part !== '.');
    return parts[0] !== undefined && !hasUnknown(parts[0]) && isBound(parts);
  };
  return { at, matching, isBound: isWordBound };
};

const MAX_PATH = 4096;

/** Files that one word may name. */
const MAX_MATCHES = 500;

const absolute = (path: string, folder: string): string =>
  path.startsWith('/') ? path : `${folder}/${path}`;

/** What is not known may be any name: that says something only in a folder that is known, and is no large one. */
const isBound = (parts: readonly string[]): boolean => {
  const at = parts.findIndex(hasUnknown);
  const isLast = at === parts.length - 1;
  return at < 0 || (at > 0 && !(isLast && CROWDED.has(parts.slice(0, at).join('/'))));
};

const CROWDED = new Set([
  ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => [name, `usr/${name}`, `usr/local/${name}`]),
  // Who asks for a service by a name that nobody knows does not start all of them.
  ...['etc', 'lib', 'usr/lib'].map((folder) => `${folder}/systemd/system`),
  'etc/init.d',
  ...[
    'usr',
    'usr/local',
    'usr/share',
    'etc',
    'var',
    'var/lib',
    'opt',
    'root',
    'home',
    'proc',
    'sys',
    'dev',
    'tmp',
  ],
]);

/** Files that can be started. */
export const isProgram = (node: Node): boolean =>
  typeOf(node) === 'file' && ((node.entry?.mode ?? 0) & 0o111) !== 0;
