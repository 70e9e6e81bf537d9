import { baseOf, toBytes } from '../../base/byte-path.ts';
import { shellWords } from '../../ecosystems/shell-words.ts';
import { sourceKindOf } from '../../ecosystems/source-kind.ts';
import { pathOf, typeOf, type Node } from '../../tree/node.ts';
import { interpreterOf } from '../interpreter-line.ts';
import { linesOf } from '../formats/settings.ts';
import { resolvePath } from '../../tree/resolve.ts';
import type { Place } from '../place.ts';
import { searchPath } from '../search-path.ts';
import type { Trace } from './state.ts';

/** Bytes that tell a script from a program, so that no more is read of the latter. */
export const HEAD = 512;

/**
 * Notes all words of a text: what no parser understands may name programs and files as well. A word that
 * is a file in the working folder, or a program, is looked into in turn.
 */
export const mentionText = (trace: Trace, text: string, placeOf: (line: number) => Place): void => {
  const { root, record, config, finder } = trace;
  const home = toBytes(config.runtime.workingDir || '/');
  const folders = [home, ...searchPath(config).map(toBytes)].map((path) => ({
    path,
    names: resolvePath(root, path).node?.children,
  }));
  for (const [line, raw] of linesOf(text)) {
    if (/^[ \t]*[#;](?!!)/.test(raw)) continue;
    const place = placeOf(line);
    record.mention(raw, place);
    for (const word of new Set(shellWords(raw)))
      for (const path of placesOf(word, folders)) {
        const found = finder.at(path);
        // A script that names a folder may as well be about to empty it.
        if (!found || found.node.children || !record.need('reads', found, place)) continue;
        trace.enqueue({
          step: { does: 'look', node: found.node },
          place,
          where: { folders: [home], searchIn: [], inputFiles: [] },
        });
      }
  }
};

interface SearchedFolder {
  readonly path: string;
  readonly names: Node['children'];
}

/** A word of two letters is a language or a unit as well as `ar` or `as`: it names what is in the first folder only. */
const placesOf = (word: string, folders: readonly SearchedFolder[]): readonly string[] => {
  if (word.startsWith('/')) return [word];
  const isPath = word.includes('/');
  return (
    folders
      .slice(0, word.length > 2 ? undefined : 1)
      // Most words name nothing, and to find that out by a path takes long.
      .filter(({ names }) => isPath || names?.has(word))
      .map(({ path }) => `${path}/${word}`)
  );
};

/** A file that is named: what it is can only be told by looking. Scripts and settings name others. */
export const lookIntoFile = async (trace: Trace, node: Node): Promise<void> => {
  const path = `/${pathOf(node)}`;
  if (typeOf(node) !== 'file' || sourceKindOf(path) === 'code' || TABLES.test(path)) return;
  const head = await readHead(trace, node);
  if (head === undefined || isBinary(head) || (head.startsWith('#!') && !isShellScript(head)))
    return;
  const text = await trace.readText(node, TEXT_SIZE);
  if (text !== undefined && isShellLike(text))
    trace.enqueue({
      step: { does: 'mention', node },
      place: { file: node },
      where: { folders: [], searchIn: [], inputFiles: [] },
    });
};

/** Tables of the system, full of words that happen to be names of programs: `c++`, `file`. */
const TABLES =
  /\/mime\.types$|^\/etc\/(services|protocols|magic|rpc)$|^\/var\/(lib\/(dpkg|apt)|cache\/debconf)\/|^\/usr\/share\/(mime|misc|dict)\//;

/** Notes all words of a file that was found to be a script or settings. */
export const mentionFile = async (trace: Trace, node: Node): Promise<void> => {
  const text = await trace.readText(node, TEXT_SIZE);
  if (text !== undefined) mentionText(trace, text, (line) => ({ file: node, line }));
};

const TEXT_SIZE = 1024 * 1024;

export const readHead = async ({ open }: Trace, node: Node): Promise<string | undefined> => {
  const file = open(node);
  return file && (await file.read(0, Math.min(HEAD, file.size))).toString('latin1');
};

export const isBinary = (head: string): boolean => head.includes('\0');

/** Scripts of shells and of supervisors that are shells. */
const isShellScript = (head: string): boolean =>
  interpreterOf(head).some((word) =>
    /^((ba|da|z|k|a)?sh|execlineb|with-contenv|make)$/.test(baseOf(word)),
  );

/** Scripts of shells, and files of settings; no code. */
const isShellLike = (text: string): boolean =>
  text.startsWith('#!') || !/^[ \t]*(import|from|require|const|use|package|<\?)\b/m.test(text);
