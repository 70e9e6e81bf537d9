import { posix } from 'node:path';
import type { Header } from 'tar-stream';
import { ReslimError } from '../../base/errors.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import { quote } from '../../oci/digest.ts';
import type { FileRange, ReadOptions } from '../../oci/store.ts';
import { readRange, tooLarge } from '../file-bytes.ts';
import { oneLine } from '../../base/io-error.ts';
import type { PlainFile } from './spool.ts';

/** The files of a tar by name, readable in any order without a copy. */
export interface TarFile {
  /** The archive's name in messages. */
  readonly where: string;
  /** A regular file, links within the archive resolved. Names with `..` or a leading `/` are never found. */
  find(name: string): TarMember | undefined;
  /** Whether any name begins so. */
  hasBelow(prefix: string): boolean;
  read(member: TarMember, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** A whole small document. Rejects with `limit`, and with `invalid-image` if it is there twice. */
  readDocument(member: TarMember): Promise<Uint8Array>;
  locate(member: TarMember): FileRange | undefined;
}

export interface TarMember {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** The same name was there before: readers differ in which of the two they take. */
  readonly repeated: boolean;
}

interface Entry extends TarMember {
  readonly linkTarget?: string | undefined;
}

/** Reads all headers of a tar. Rejects with `invalid-image` if it is damaged, or `limit`. */
export const indexTar = async (
  file: PlainFile,
  {
    limits,
    signal,
    where,
  }: { readonly limits: Limits; readonly signal?: AbortSignal | undefined; readonly where: string },
): Promise<TarFile> => {
  const entries = await readEntries(file, { limits, signal, where });
  return {
    where,
    find: (name) => findEntry(entries, name),
    hasBelow: (prefix) => [...entries.keys()].some((name) => name.startsWith(prefix)),
    read: (member, options) => readRange(file.handle, member, { ...options, where }),
    readDocument: (member) => readDocument(file, member, limits, where),
    locate: ({ offset, size }) =>
      file.path === undefined ? undefined : { path: file.path, offset, size },
  };
};

/** An archive holds some files for each layer, not those of the image. */
const ENTRIES_PER_FILE = 10;

const readEntries = async (
  { handle, size }: PlainFile,
  {
    limits,
    signal,
    where,
  }: { readonly limits: Limits; readonly signal: AbortSignal | undefined; readonly where: string },
): Promise<ReadonlyMap<string, Entry>> => {
  const entries = new Map<string, Entry>();
  const most = Math.ceil(limits.entryCount / ENTRIES_PER_FILE);
  let count = 0;
  await parseTar(readRange(handle, { offset: 0, size }, { signal, where }), where, (header) => {
    if (++count > most) {
      throw limitError('entryCount', `more than ${most} files in an archive`, where);
    }
    const entry = entryOf(header, size);
    const name = entry && safeName(entry.name);
    if (entry && name !== undefined) {
      entries.set(name, { ...entry, name, repeated: entries.has(name) });
    }
  });
  return entries;
};

/**
 * Calls `visit` with every header. Node's `pipeline` does not fit: after an error a streamx stream emits it
 * again on the current entry, where it would be unhandled.
 */
const parseTar = async (
  content: AsyncIterable<Uint8Array>,
  where: string,
  visit: (header: Header) => void,
): Promise<void> => {
  const { extract } = await import('tar-stream');
  const tar = extract();
  let failure: unknown;
  let wake: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    tar.on('close', () => resolve());
  });
  tar.on('error', (error) => (failure ??= error));
  tar.on('drain', () => {
    wake?.();
  });
  tar.on('entry', (header, body, next) => {
    body.on('error', () => {});
    try {
      visit(header);
    } catch (error) {
      failure = error;
      tar.destroy(error as Error);
      return;
    }
    body.on('end', () => next());
    body.resume();
  });
  try {
    for await (const chunk of content) {
      if (failure !== undefined) break;
      const drained = new Promise<void>((resolve) => {
        wake = () => resolve();
      });
      if (!tar.write(chunk)) await Promise.race([drained, closed]);
    }
    tar.end(null);
  } catch (error) {
    failure = error;
    tar.destroy(error as Error);
  }
  await closed;
  if (failure instanceof ReslimError) throw failure;
  if (failure !== undefined) {
    throw new ReslimError(
      'invalid-image',
      `damaged tar (${oneLine((failure as Error).message)}), ${where}`,
      {
        cause: failure,
      },
    );
  }
};

/** `byteOffset` is where the body begins; tar-stream has it, its types do not. */
const entryOf = (
  header: Header & { readonly byteOffset?: number },
  end: number,
): Omit<Entry, 'repeated'> | undefined => {
  const { byteOffset: offset = 0, linkname, name, size, type } = header;
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return offset + size <= end ? { name, offset, size } : undefined;
    case 'symlink':
      return { name, offset, size: 0, linkTarget: posix.join(posix.dirname(name), linkname) };
    case 'link':
      return { name, offset, size: 0, linkTarget: linkname };
    default:
      return undefined;
  }
};

/** The name in its shortest spelling, or nothing if it could lead out of the archive. */
const safeName = (name: string): string | undefined => {
  if (name.startsWith('/') || name.split('/').includes('..') || name.includes('\0'))
    return undefined;
  const normal = posix.normalize(name);
  return normal === '.' ? undefined : normal.replace(/\/$/, '');
};

/** Old `docker save` archives link a layer that several images share. */
const MAX_LINKS = 8;

const findEntry = (entries: ReadonlyMap<string, Entry>, name: string): TarMember | undefined => {
  let entry: Entry | undefined;
  let next: string | undefined = name;
  for (let links = 0; next !== undefined && links <= MAX_LINKS; links++) {
    const key = safeName(next);
    entry = key === undefined ? undefined : entries.get(key);
    if (entry?.linkTarget === undefined) return entry;
    next = entry.linkTarget;
  }
  return undefined;
};

const readDocument = async (
  file: PlainFile,
  member: TarMember,
  limits: Limits,
  where: string,
): Promise<Uint8Array> => {
  const shown = `${quote(member.name)} of ${where}`;
  if (member.repeated) {
    throw new ReslimError('invalid-image', `the archive has this file twice, ${shown}`, {
      hint: 'programs differ in which of the two they read, so reslim reads neither',
    });
  }
  if (member.size > limits.documentSize) throw tooLarge(member.size, limits.documentSize, shown);
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRange(file.handle, member, { where })) chunks.push(chunk);
  return Buffer.concat(chunks);
};
