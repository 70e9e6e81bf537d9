import type { PageFiles } from '../../api/page-document.ts';
import { printable } from '../printable.ts';

interface Placed {
  readonly path: string;
}

/** The files of a folder together, and those of folders in it; those with one path in the order of `compare`. */
export const inFolderOrder = <File extends Placed>(
  files: readonly File[],
  compare: (a: File, b: File) => number = () => 0,
): readonly File[] =>
  files
    .map((file) => ({ file, key: file.path.replaceAll('/', '\0') }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : compare(a.file, b.file)))
    .map(({ file }) => file);

/** Paths as what they do not share with the one before. */
export const frontCode = (files: readonly Placed[]): Pick<PageFiles, 'shared' | 'rest'> => {
  const shared: number[] = [];
  const rest: string[] = [];
  let before: readonly string[] = [];
  for (const { path } of files) {
    const folders = printable(path).slice(1).split('/');
    const name = folders.pop() as string;
    let same = 0;
    while (same < folders.length && same < before.length && folders[same] === before[same]) same++;
    shared.push(same);
    rest.push([...folders.slice(same), name].join('/'));
    before = folders;
  }
  return { shared, rest };
};
