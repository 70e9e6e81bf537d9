import { byCodeUnit } from '../../base/by-code-unit.ts';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';

/** A file to write to an archive: bytes in memory, or a file of known size. */
export type TarContent = Uint8Array | { readonly path: string; readonly size: number };

/**
 * A tar of regular files and the folders above them, sorted by name, all of the epoch and root's.
 * The same files always give the same bytes. Names have no leading or trailing slash.
 */
export const tarOf = async (files: ReadonlyMap<string, TarContent>): Promise<Readable> => {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const output = Readable.from(tar as AsyncIterable<Uint8Array>, { objectMode: false });
  void writeEntries(tar, files).catch((error: unknown) => tar.destroy(error as Error));
  return output;
};

const writeEntries = async (tar: Pack, files: ReadonlyMap<string, TarContent>): Promise<void> => {
  const folders = new Set([...files.keys()].flatMap(foldersAbove));
  for (const name of [...folders, ...files.keys()].toSorted(byCodeUnit)) {
    const content = files.get(name);
    if (content === undefined)
      tar.entry({ ...HEADER, name: `${name}/`, type: 'directory', mode: 0o755 });
    else if (content instanceof Uint8Array)
      tar.entry({ ...HEADER, name, size: content.length }, content);
    else {
      // Node's pipeline knows streamx streams by their shape, the types do not.
      const entry = tar.entry({
        ...HEADER,
        name,
        size: content.size,
      }) as unknown as NodeJS.WritableStream;
      await pipeline(createReadStream(content.path, { highWaterMark: 256 * 1024 }), entry);
    }
  }
  tar.finalize();
};

const HEADER = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) };

const foldersAbove = (name: string): string[] => {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
};
