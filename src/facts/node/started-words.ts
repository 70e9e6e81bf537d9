import type { Config } from '../../oci/config.ts';
import { toBytes } from '../../byte-path.ts';
import type { Node } from '../../tree/node.ts';
import { resolvePath } from '../../tree/resolve.ts';
import { readText, type OpenFile } from '../read-range.ts';
import { searchPath } from '../uses/file-uses.ts';

/**
 * The words of the command lines an image starts with: entrypoint, command and health check, and the
 * shell scripts these name, as far as they name each other.
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
  const folders = [toBytes(workingDir || '/'), ...searchPath(config)];
  for (let word = todo.pop(); word !== undefined; word = todo.pop()) {
    if (words.has(word)) continue;
    words.add(word);
    for (const path of word.startsWith('/') ? [word] : folders.map((each) => `${each}/${word}`)) {
      const { node } = resolvePath(root, path);
      if (!node || node.children || read.has(node)) continue;
      read.add(node);
      const text = await readText(open, node, SCRIPT_SIZE);
      if (text !== undefined && /^#!.*\b(ba|da|z|k|a)?sh\b/.test(text))
        todo.push(...shellWords(text));
    }
  }
  return words;
};

const SCRIPT_SIZE = 1024 * 1024;

/** Too many words do no harm. */
export const shellWords = (text: string): string[] =>
  text.split(/[\s;&|()<>"'`$={}]+/).filter((word) => word !== '');
