import type { PageFiles } from '../../api/page-document.ts';

/** Files with their folders. A file is a position in the columns, a folder one in `folders`; the root is 0. */
export interface Files extends PageFiles {
  readonly count: number;
  readonly paths: readonly string[];
  readonly folders: readonly Folder[];
  readonly folderOf: Uint32Array;
}

export interface Folder {
  readonly name: string;
  readonly parent: number;
}

/** Builds paths and folders from the columns. */
export const readFiles = (columns: PageFiles): Files => {
  const { shared, rest } = columns;
  const folders: Folder[] = [{ name: '', parent: 0 }];
  const folderOf = new Uint32Array(rest.length);
  const paths: string[] = [];
  /** Folders of the file before, with their paths. */
  const stack: { readonly folder: number; readonly path: string }[] = [{ folder: 0, path: '/' }];
  for (let at = 0; at < rest.length; at++) {
    stack.length = (shared[at] as number) + 1;
    const names = (rest[at] as string).split('/');
    const name = names.pop() as string;
    let top = stack.at(-1) as (typeof stack)[number];
    for (const each of names) {
      const folder = folders.push({ name: each, parent: top.folder }) - 1;
      top = { folder, path: `${top.path}${each}/` };
      stack.push(top);
    }
    folderOf[at] = top.folder;
    paths.push(top.path + name);
  }
  return { ...columns, count: rest.length, paths, folders, folderOf };
};

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
