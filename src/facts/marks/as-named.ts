import { nodeAt, nodesOf, typeOf, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';

/**
 * Files, and samples of Tomcat, that are what their names say: by what they begin with, by the file beside
 * them that they were made of, or by the package they lie in. Only names that rules ask about are known,
 * and a file that cannot be read is not listed.
 */
export const findAsNamed = async (root: Node, open: OpenFile): Promise<Set<Node>> => {
  const found = new Set<Node>();
  for (const node of nodesOf(root)) {
    if (!NAMES.test(node.name)) continue;
    const isOne = KINDS.find(([name]) => name.test(node.name))?.[1];
    if (await isOne?.(node, open)) found.add(node);
  }
  return found;
};

/** Whether a node of such a name is one. */
type Test = (node: Node, open: OpenFile) => boolean | Promise<boolean>;

const HEAD = 512;

const headOf = async (node: Node | undefined, open: OpenFile): Promise<string> => {
  const file = node && open(node);
  return file ? (await file.read(0, Math.min(HEAD, file.size))).toString('latin1') : '';
};

const begins =
  (pattern: RegExp): Test =>
  async (node, open) =>
    pattern.test(await headOf(node, open));

/** The file beside it has the name that is left without some of this one. */
const belongsTo =
  (extra: RegExp): Test =>
  (node) =>
    siblingOf(node, extra) !== undefined;

const siblingOf = (node: Node, extra: RegExp): Node | undefined => {
  const sibling = node.parent?.children?.get(node.name.replace(extra, ''));
  return sibling && sibling !== node && typeOf(sibling) === 'file' ? sibling : undefined;
};

/** A text that begins or ends like the file beside it: an editor's copy of it. */
const isCopy =
  (extra: RegExp): Test =>
  async (node, open) => {
    const original = siblingOf(node, extra);
    const copy = open(node);
    const source = original && open(original);
    if (!copy || !source) return false;
    const size = Math.min(copy.size, source.size, SAMPLE);
    const [head, first] = [await headOf(node, open), await headOf(original, open)];
    if (size === 0 || `${head}${first}`.includes('\0')) return false;
    if (head.slice(0, size) === first.slice(0, size)) return true;
    const ends = await Promise.all([copy, source].map((file) => file.read(file.size - size, size)));
    return (ends[0] as Buffer).equals(ends[1] as Buffer);
  };

/** Bytes by which a copy is recognised. */
const SAMPLE = 16;

const isCoreDump: Test = async (node, open) => {
  const head = await headOf(node, open);
  const type = head.charCodeAt(5) === 2 ? [17, 16] : [16, 17];
  return (
    head.startsWith('\x7fELF') &&
    head.charCodeAt(type[0] as number) === ET_CORE &&
    head.charCodeAt(type[1] as number) === 0
  );
};

const ET_CORE = 4;

/** A source in a Node package that is compiled when it is installed. */
const isNativeSource: Test = (node) => {
  for (let at = node.parent; at; at = at.parent) {
    const above = at.parent?.name.startsWith('@') ? at.parent.parent : at.parent;
    if (above?.name === 'node_modules') return at.children?.has('binding.gyp') === true;
  }
  return false;
};

/** Documentation, examples and managers that come with Tomcat, by the names they give themselves. */
const isTomcatSample: Test = async (node, open) => {
  const text = await readText(open, nodeAt(node, 'WEB-INF/web.xml'), 64 * 1024);
  return /<display-name>\s*((Welcome to )?Tomcat\b|Servlet and JSP Examples)/.test(text ?? '');
};

const KINDS: readonly (readonly [name: RegExp, isOne: Test])[] = [
  [/^(vg)?core(\.\d+)?$/, isCoreDump],
  [/^\.DS_Store$/, begins(/^\0\0\0\x01Bud1/)],
  [/^Thumbs\.db$/, begins(/^\xd0\xcf\x11\xe0/)],
  // Windows writes it in its own character sets, too, in which every other byte is 0.
  [/^desktop\.ini$/, begins(/\[\0?(\.\0?S\0?h\0?e\0?l\0?l|V\0?i\0?e\0?w\0?S\0?t\0?a\0?t\0?e)/)],
  [/^\._/, begins(/^\0\x05\x16[\0\x07]/)],
  [/^\..*\.sw[op]$/, begins(/^b0(VIM|nano)/)],
  [/~$/, isCopy(/~$/)],
  [/^#.*#$/, isCopy(/^#|#$/g)],
  [/^(passwd|group|shadow|gshadow|subuid|subgid)-$/, belongsTo(/-$/)],
  [/\.(js|mjs|cjs|css|ts|mts|cts)\.map$/, belongsTo(/\.map$/)],
  [/-(sources|javadoc)\.jar$/, belongsTo(/-(sources|javadoc)(?=\.jar$)/)],
  [/\.hprof$/, begins(/^JAVA PROFILE /)],
  [/^hs_err_pid/, begins(/^#\r?\n#/)],
  [/^replay_pid/, begins(/\bJvmtiExport\b/)],
  [/^erl_crash\.dump$/, begins(/^=erl_crash_dump/)],
  [/^\.coverage(\.|$)/, begins(/^(SQLite format 3|!coverage\.py)/)],
  [/\.pdb$/, begins(/^(BSJB|Microsoft C\/C\+\+ )/)],
  [/\.(c|cc|cpp|cxx|h|hh|hpp|o|a|gyp|gypi)$/, isNativeSource],
  [/^(docs|examples|manager|host-manager|ROOT)$/, isTomcatSample],
];

const NAMES = new RegExp(KINDS.map(([{ source }]) => source).join('|'));
