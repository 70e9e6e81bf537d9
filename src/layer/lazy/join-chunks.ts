import type { BufferPool } from '../../codec/buffer-pool.ts';

/** The same bytes in fewer chunks: targets write each for itself. */
export async function* joinChunks(
  chunks: AsyncIterable<Buffer>,
  { release }: Pick<BufferPool, 'release'>,
): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  const join = (): Buffer => {
    const joined = Buffer.concat(waiting);
    waiting.forEach(release);
    waiting = [];
    size = 0;
    return joined;
  };
  for await (const chunk of chunks) {
    if (chunk.length >= ENOUGH) {
      if (size > 0) yield join();
      yield chunk;
      continue;
    }
    waiting.push(chunk);
    size += chunk.length;
    if (size >= ENOUGH) yield join();
  }
  if (size > 0) yield join();
}

const ENOUGH = 256 * 1024;
