import { openCrc64 } from '../../codec/crc64.ts';
import { BLOCK } from '../entry.ts';
import type { TarPart } from './split-tar.ts';

/** A tar without the contents of its files, from which both together make it again. */
export interface TarSplit {
  readonly add: (part: TarPart) => void;
  /** Lines of JSON; `undefined` where the tar is not one that readers put together. */
  readonly text: () => Buffer | undefined;
}

/**
 * Writes what vbatts/tar-split writes: one line for what lies between contents, padding of a file before the header of the
 * next one, and one line for each file.
 * @see https://github.com/vbatts/tar-split/blob/v0.12.1/tar/storage/entry.go
 */
export const openTarSplit = (): TarSplit => {
  const lines: Buffer[] = [];
  let between: Buffer[] = [];
  let ending = 0;
  let crc = openCrc64();
  let file: { readonly name: string; readonly size: number } | undefined;
  const write = (line: object): void => {
    lines.push(Buffer.from(`${JSON.stringify({ ...line, position: lines.length })}\n`));
  };
  const writeBetween = (): void => {
    if (between.length > 0)
      write({ type: SEGMENT, payload: Buffer.concat(between).toString('base64') });
    between = [];
  };
  const writeFile = (payload: string | null): void => {
    if (!file) return;
    const { name, size } = file;
    write({ type: FILE, name, ...(size > 0 && { size }), payload });
    file = undefined;
  };
  return {
    add: (part) => {
      if (part.kind === 'body') {
        crc.add(part.bytes);
        if (!part.isLast) return;
        writeFile(crc.digest().toString('base64'));
        crc = openCrc64();
        return;
      }
      if (part.kind === 'end') ending += part.bytes.length;
      if (ending > MOST_ENDING) return;
      between.push(part.kind === 'header' ? part.bytes : Buffer.from(part.bytes));
      if (part.kind !== 'header') return;
      writeBetween();
      file = part.entry;
      if (file?.size === 0) writeFile(null);
    },
    text: () => {
      if (ending > MOST_ENDING || ending % BLOCK !== 0) return undefined;
      writeBetween();
      return Buffer.concat(lines);
    },
  };
};

const FILE = 1;
const SEGMENT = 2;

/** Tars end with some blocks of zeros; longer ends are not kept in memory. Bytes. */
const MOST_ENDING = 1024 * 1024;
