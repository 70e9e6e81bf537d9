import { cleanName } from './file-name.ts';
import { splitTar } from './split-tar.ts';

/** Whether a table of contents can say what is in a tar: no sparse files, no name twice, all names in UTF-8. */
export const isDescribable = async (tar: AsyncIterable<Buffer>): Promise<boolean> => {
  const names = new Set<string>();
  for await (const part of splitTar(tar)) {
    if (part.kind !== 'header') continue;
    const name = part.entry && cleanName(part.entry.name);
    if (name === undefined || names.has(name)) return false;
    names.add(name);
  }
  return true;
};
