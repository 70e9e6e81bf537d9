import { createHash } from 'node:crypto';
import type { BufferPool } from '../../codec/buffer-pool.ts';
import type { Digest } from '../../oci/digest.ts';
import { cleanName } from './file-name.ts';
import type { GoHeader } from './go-header.ts';
import { splitTar, type TarPart } from './split-tar.ts';

/** A layer that can be fetched in parts, as it is stored. */
export interface LazyLayer {
  readonly content: AsyncIterable<Buffer>;
  /** Of the layer's descriptor, once all content was read. Without any, the layer can be fetched as a whole only. */
  readonly annotations: () => Readonly<Record<string, string>>;
  /** What the tar is that was stored, where it is another one than that which came in. */
  readonly tar?: (() => { readonly digest: Digest; readonly size: number }) | undefined;
}

/** Bytes of a tar that are compressed by themselves. */
export interface TarPiece {
  readonly bytes: Buffer;
  /** Takes where they are stored, in bytes from the beginning of the layer. */
  readonly onStored?: ((start: number, end: number) => void) | undefined;
}

/** One entry of a tar, and where its contents are. */
export interface LazyFile {
  readonly header: GoHeader;
  /** Of the contents; absent where there are none. */
  readonly digest?: Digest | undefined;
  readonly chunks: readonly LazyChunk[];
}

export interface LazyChunk {
  /** From the beginning of the file. */
  readonly position: number;
  readonly size: number;
  readonly digest: Digest;
  /** From the beginning of the layer; 0 until it is stored. */
  start: number;
  end: number;
}

export interface PieceTarOptions {
  /** Of a piece, at most. */
  readonly size: number;
  /** Takes every part of the tar, in order; its bytes are there until it returns. */
  readonly onPart?: ((part: TarPart) => void) | undefined;
  /** Whether what follows a file is in its last piece. @default false */
  readonly trails?: boolean | undefined;
}

/**
 * Puts the parts of a tar together to pieces of files, and what lies between files.
 * `files` tells what they are once all pieces were read; `undefined` for a tar that no table of contents can describe: with
 * sparse files, names that are there twice, or not in UTF-8.
 */
export const pieceTar = (
  parts: AsyncIterable<TarPart>,
  { size: most, onPart, trails = false }: PieceTarOptions,
): {
  readonly pieces: AsyncIterable<TarPiece>;
  readonly files: () => readonly LazyFile[] | undefined;
} => {
  const files = openFiles();
  async function* pieces(): AsyncGenerator<TarPiece> {
    let between: Buffer[] = [];
    let body: Buffer[] = [];
    let size = 0;
    /** The last piece of a file, which what follows is added to. */
    let last: TarPiece | undefined;
    const takeBetween = (): TarPiece => {
      const bytes = Buffer.concat(last ? [last.bytes, ...between] : between);
      const piece = { bytes, onStored: last?.onStored };
      between = [];
      last = undefined;
      size = 0;
      return piece;
    };
    for await (const part of parts) {
      onPart?.(part);
      if (part.kind === 'header') files.begin(part.entry);
      if (part.kind !== 'body') {
        // Parts of blocks that are given back are copied; headers have memory of their own.
        between.push(part.kind === 'header' ? part.bytes : Buffer.from(part.bytes));
        size += part.bytes.length;
        if (size >= most) yield takeBetween();
        continue;
      }
      if (between.length > 0 || last) yield takeBetween();
      for (let at = 0; at < part.bytes.length;) {
        const step = Math.min(most - size, part.bytes.length - at);
        body.push(Buffer.from(part.bytes.subarray(at, at + step)));
        size += step;
        at += step;
        const isLast = part.isLast && at === part.bytes.length;
        if (size < most && !isLast) continue;
        const bytes = Buffer.concat(body);
        body = [];
        size = 0;
        const piece = { bytes, onStored: files.add(bytes, isLast) };
        if (isLast && trails) last = piece;
        else yield piece;
      }
    }
    if (between.length > 0 || last) yield takeBetween();
  }
  return { pieces: pieces(), files: files.all };
};

/** The parts of a tar; blocks of the pool are given back. */
export const partsOf = (
  blocks: AsyncIterable<Buffer>,
  buffers: BufferPool,
): AsyncIterable<TarPart> => splitTar(released(blocks, buffers));

async function* released(
  blocks: AsyncIterable<Buffer>,
  buffers: BufferPool,
): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    yield block;
    buffers.release(block);
  }
}

interface Files {
  readonly begin: (entry: GoHeader | undefined) => void;
  readonly add: (bytes: Buffer, isLast: boolean) => NonNullable<TarPiece['onStored']>;
  readonly all: () => readonly LazyFile[] | undefined;
}

const openFiles = (): Files => {
  const names = new Set<string>();
  const files: { header: GoHeader; digest?: Digest | undefined; chunks: LazyChunk[] }[] = [];
  let isComplete = true;
  let hash = createHash('sha256');
  let position = 0;
  return {
    begin: (header) => {
      const name = header && cleanName(header.name);
      if (!header || name === undefined || names.has(name)) {
        isComplete = false;
        return;
      }
      names.add(name);
      files.push({ header, chunks: [] });
    },
    add: (bytes, isLast) => {
      const file = files.at(-1);
      const digest = sha256(bytes);
      const chunk: LazyChunk = { position, size: bytes.length, digest, start: 0, end: 0 };
      file?.chunks.push(chunk);
      position += bytes.length;
      hash.update(bytes);
      if (isLast) {
        if (file) file.digest = `sha256:${hash.digest('hex')}`;
        hash = createHash('sha256');
        position = 0;
      }
      return (start, end) => {
        chunk.start = start;
        chunk.end = end;
      };
    },
    all: () => (isComplete ? files : undefined),
  };
};

const sha256 = (bytes: Buffer): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
