import type { Config } from '../../oci/config.ts';
import { baseOf, toBytes } from '../../base/byte-path.ts';
import type { Node } from '../../tree/node.ts';
import { resolvePath } from '../../tree/resolve.ts';
import type { PackageScript, PackageScripts } from '../../ecosystems/ecosystem.ts';
import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import { shellWords } from '../../ecosystems/shell-words.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import { searchPath } from './file-uses.ts';
import { interpreterOf } from './interpreter-line.ts';

/**
 * The words of the command lines an image starts with: entrypoint, command and health check, and the
 * shell scripts, files of settings and package.json scripts these name, as far as they name each other.
 */
export const startedWords = async (
  root: Node,
  config: Config,
  open: OpenFile,
): Promise<Set<string>> => {
  const { entrypoint, cmd, healthcheck, workingDir } = config.runtime;
  const words = new Set<string>();
  const read = new Set<Node>();
  const todo = [...entrypoint, ...cmd, ...healthcheck].flatMap((each) => shellWords(toBytes(each)));
  const add = (text: string): void => {
    for (const word of shellWords(text)) if (!words.has(word)) todo.push(word);
  };
  const home = toBytes(workingDir || '/');
  const folders = [home, ...searchPath(config)];
  const newAt = (path: string): Node | undefined => {
    const { node } = resolvePath(root, path);
    if (!node || node.children || read.has(node)) return undefined;
    read.add(node);
    return node;
  };
  const readScript = async (node: Node | undefined): Promise<string | undefined> => {
    const file = node && open(node);
    if (!file || file.size > SCRIPT_SIZE) return undefined;
    const head = (await file.read(0, Math.min(HEAD, file.size))).toString('latin1');
    return isProgram(head) ? undefined : readText(open, node, SCRIPT_SIZE);
  };

  const packageScripts: (PackageScripts & { readonly scripts: readonly PackageScript[] })[] = [];
  for (const each of ECOSYSTEMS.flatMap((ecosystem) => ecosystem.packageScripts ?? [])) {
    const manifest = resolvePath(root, `${home}/${each.file}`).node;
    const scripts = each.read((await readText(open, manifest, SCRIPT_SIZE)) ?? '');
    packageScripts.push({ ...each, scripts });
  }
  for (let word = todo.pop(); word !== undefined; word = todo.pop()) {
    if (words.has(word)) continue;
    words.add(word);
    for (const path of word.startsWith('/') ? [word] : folders.map((each) => `${each}/${word}`)) {
      const text = await readScript(newAt(path));
      if (text !== undefined && isShellLike(text)) add(uncommented(text));
    }
    for (const file of RECIPES.get(baseOf(word)) ?? [])
      add(uncommented((await readText(open, newAt(`${home}/${file}`), SCRIPT_SIZE)) ?? ''));
    if (todo.length > 0) continue;
    for (const { runners, scripts, startedBy } of packageScripts)
      if (runners.some((each) => words.has(each)))
        for (const line of startedBy(scripts, words)) add(line);
  }
  return words;
};

const RECIPES = new Map(ECOSYSTEMS.flatMap(({ recipes = {} }) => Object.entries(recipes)));

const SCRIPT_SIZE = 1024 * 1024;

/** Bytes that tell a script from a program, so that no more is read of the latter. */
export const HEAD = 512;

const isProgram = (head: string): boolean =>
  head.includes('\0') || (head.startsWith('#!') && !isShellScript(head));

/** Scripts of shells and of supervisors that are shells, and files of settings; no programs, no code. */
const isShellLike = (text: string): boolean =>
  text.startsWith('#!') || !/^\s*(import|from|require|const|use|package|<\?)\b/m.test(text);

const isShellScript = (head: string): boolean =>
  /\b(ba|da|z|k|a)?sh\b|execlineb|with-contenv|\bmake\b/.test(interpreterOf(head).join(' '));

const uncommented = (text: string): string => text.replaceAll(/^[ \t]*[#;](?!!).*$/gm, '');
