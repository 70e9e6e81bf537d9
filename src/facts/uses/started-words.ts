import type { Config } from '../../oci/config.ts';
import { toBytes } from '../../base/byte-path.ts';
import type { Node } from '../../tree/node.ts';
import { resolvePath } from '../../tree/resolve.ts';
import { objectOf, parseObject } from '../json.ts';
import { readText, type OpenFile } from '../read-range.ts';
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

  const packageScripts = packageScriptsOf(
    await readText(open, resolvePath(root, `${home}/package.json`).node, SCRIPT_SIZE),
  );
  for (let word = todo.pop(); word !== undefined; word = todo.pop()) {
    if (words.has(word)) continue;
    words.add(word);
    for (const path of word.startsWith('/') ? [word] : folders.map((each) => `${each}/${word}`)) {
      const text = await readScript(newAt(path));
      if (text !== undefined && isShellLike(text)) todo.push(...shellWords(uncommented(text)));
    }
    for (const file of RECIPES[nameOf(word)] ?? [])
      todo.push(
        ...shellWords(
          uncommented((await readText(open, newAt(`${home}/${file}`), SCRIPT_SIZE)) ?? ''),
        ),
      );
    if (todo.length === 0 && PACKAGE_RUNNERS.some((each) => words.has(each)))
      todo.push(...startedScripts(packageScripts, words).filter((each) => !words.has(each)));
  }
  return words;
};

const SCRIPT_SIZE = 1024 * 1024;

/** Bytes that tell a script from a program, so that no more is read of the latter. */
export const HEAD = 512;

const isProgram = (head: string): boolean =>
  head.includes('\0') || (head.startsWith('#!') && !isShellScript(head));

/** Programs that run what a file of the working folder says. */
const RECIPES: Readonly<Record<string, readonly string[]>> = {
  make: ['Makefile', 'makefile', 'GNUmakefile'],
  foreman: ['Procfile'],
  honcho: ['Procfile'],
  just: ['justfile'],
};

export const PACKAGE_RUNNERS: readonly string[] = [
  'npm',
  'npx',
  'yarn',
  'yarnpkg',
  'pnpm',
  'bun',
  'run-s',
  'run-p',
];

/** Scripts of shells and of supervisors that are shells, and files of settings; no programs, no code. */
const isShellLike = (text: string): boolean =>
  text.startsWith('#!') || !/^\s*(import|from|require|const|use|package|<\?)\b/m.test(text);

const isShellScript = (head: string): boolean =>
  /\b(ba|da|z|k|a)?sh\b|execlineb|with-contenv|\bmake\b/.test(interpreterOf(head).join(' '));

const uncommented = (text: string): string => text.replaceAll(/^[ \t]*[#;](?!!).*$/gm, '');

const packageScriptsOf = (text: string | undefined): readonly (readonly [string, string])[] =>
  Object.entries(objectOf(parseObject(text ?? '')?.['scripts'])).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );

/** The words of package scripts that are words themselves, and of what npm runs before and after them. */
export const startedScripts = (
  scripts: Iterable<readonly [name: string, line: string]>,
  words: ReadonlySet<string>,
): string[] =>
  [...scripts].flatMap(([name, line]) =>
    words.has(name) || words.has(name.replace(/^(pre|post)/, '')) ? shellWords(line) : [],
  );

export const nameOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1);

/** Too many words do no harm. */
export const shellWords = (text: string): string[] =>
  text.split(/[\s;&|()<>"'`$={}]+/).filter((word) => word !== '');
