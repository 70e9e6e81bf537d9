import { createCipheriv } from 'node:crypto';
import { END, rawHeader, rawMember } from '../../fixtures/raw-tar.ts';

const MiB = 1024 * 1024;

/** A layer of files of 10 MiB, in turn random and repetitive; made quickly, the same each time. */
export function* bigLayer(position: number, files: number): Generator<Uint8Array> {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, position), Buffer.alloc(16));
  const text = Buffer.alloc(MiB, `a line of layer ${position}, again and again\n`);
  for (let file = 0; file < files; file++) {
    const size = 10 * MiB;
    yield rawHeader({ name: `opt/layer-${position}/file-${file}`, size });
    for (let at = 0; at < size; at += MiB)
      yield file % 2 === 0 ? noise.update(Buffer.alloc(MiB)) : text;
  }
  // Every layer replaces the same file and adds a cache to drop.
  yield rawMember({ name: 'opt/shared', body: Buffer.alloc(MiB, position) });
  yield rawMember({ name: `tmp/cache-${position}`, body: Buffer.alloc(MiB, 1) });
  yield END;
}
