import { BLOCK, padded } from '../entry.ts';
import { FIELD, isRecordFlag, isZeroBlock, numberAt, TYPE_FLAG } from '../tar/block.ts';
import { readGoHeader, type GoHeader } from './go-header.ts';

/**
 * A part of a tar.
 *
 * - `header`: all header blocks of an entry; `entry` is absent where no table of contents can say what it is, and
 *   all that follows is `end` then
 * - `body`: bytes of the entry before, in pieces; `isLast` with the last of them
 * - `padding`: what fills the last block of a body
 * - `end`: what follows the last entry
 */
export type TarPart =
  | { readonly kind: 'header'; readonly bytes: Buffer; readonly entry: GoHeader | undefined }
  | { readonly kind: 'body'; readonly bytes: Buffer; readonly isLast: boolean }
  | { readonly kind: 'padding' | 'end'; readonly bytes: Buffer };

/**
 * Takes a tar apart while it passes, without a copy of bodies: their pieces are parts of the chunks, and lie there only
 * until the next part is asked for.
 */
export async function* splitTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarPart> {
  const reader = openSplitter();
  for await (const chunk of chunks) yield* reader.push(chunk);
  yield* reader.rest();
}

interface Splitter {
  readonly push: (chunk: Buffer) => Generator<TarPart>;
  readonly rest: () => Generator<TarPart>;
}

const openSplitter = (): Splitter => {
  let state: 'header' | 'body' | 'padding' | 'end' = 'header';
  /** Of a header that is not complete. */
  let header: Buffer = Buffer.alloc(0);
  /** How much of a header is known to be needed; of a body or its padding, what is missing. */
  let wanted = BLOCK;
  let padding = 0;

  function* takeHeader(): Generator<TarPart> {
    const block = header.subarray(wanted - BLOCK, wanted);
    if (isZeroBlock(block)) {
      state = 'end';
      yield { kind: 'end', bytes: header };
      return;
    }
    const flag = block[TYPE_FLAG] as number;
    if (isRecordFlag(flag)) {
      wanted += padded(numberAt(block, FIELD.size) ?? 0) + BLOCK;
      return;
    }
    const entry = readGoHeader(header);
    // Of a link with a size, readers differ in how much of a body there is.
    const isClear = entry !== undefined && (entry.type === 'reg' || entry.size === 0);
    yield { kind: 'header', bytes: header, entry: isClear ? entry : undefined };
    const size = isClear ? entry.size : 0;
    state = isClear ? (size > 0 ? 'body' : 'header') : 'end';
    padding = padded(size) - size;
    wanted = size > 0 ? size : BLOCK;
  }

  function* push(chunk: Buffer): Generator<TarPart> {
    for (let at = 0; at < chunk.length;) {
      if (state === 'end') {
        yield { kind: 'end', bytes: chunk.subarray(at) };
        return;
      }
      if (state === 'header') {
        const step = Math.min(wanted - header.length, chunk.length - at);
        header = Buffer.concat([header, chunk.subarray(at, at + step)]);
        at += step;
        if (header.length < wanted) return;
        const before = wanted;
        yield* takeHeader();
        if (wanted <= before || state !== 'header') header = Buffer.alloc(0);
        continue;
      }
      const step = Math.min(wanted, chunk.length - at);
      const bytes = chunk.subarray(at, at + step);
      at += step;
      wanted -= step;
      yield state === 'body'
        ? { kind: 'body', bytes, isLast: wanted === 0 }
        : { kind: 'padding', bytes };
      if (wanted > 0) continue;
      const isPadded = state === 'body' && padding > 0;
      state = isPadded ? 'padding' : 'header';
      wanted = isPadded ? padding : BLOCK;
    }
  }

  function* rest(): Generator<TarPart> {
    if (header.length > 0) yield { kind: 'end', bytes: header };
  }

  return { push, rest };
};
