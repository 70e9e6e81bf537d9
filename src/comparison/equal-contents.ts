import type { LayerBytes } from '../layer/layer-bytes.ts';

/** One read of each file. Bytes. */
const PIECE = 1024 * 1024;

/** Whether two files hold the same bytes. Reads a piece of each at a time, up to the first that differs. */
export const haveEqualContents = async (one: LayerBytes, other: LayerBytes): Promise<boolean> => {
  if (one.size !== other.size) return false;
  const length = Math.min(PIECE, one.size);
  const [left, right] = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
  for (let at = 0; at < one.size; at += length) {
    const end = Math.min(length, one.size - at);
    const [a, b] = [left.subarray(0, end), right.subarray(0, end)];
    await one.read(a, at);
    await other.read(b, at);
    if (!a.equals(b)) return false;
  }
  return true;
};
