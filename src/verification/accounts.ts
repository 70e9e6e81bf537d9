import type { ImageView } from '../image/image-view.ts';
import { readText } from '../tree/read-text.ts';
import { resolvePath } from '../tree/resolve.ts';

/** The largest of them that is read, in bytes. */
const DATABASE_SIZE = 1024 * 1024;

/** Lines by the name they begin with; of several the first counts, as it does for the C library. */
export const readAccounts = async (
  { tree, open }: ImageView,
  file: string,
): Promise<ReadonlyMap<string, string>> => {
  const text = await readText(open, resolvePath(tree().root, file).node, DATABASE_SIZE);
  const lines = (text ?? '').split('\n').filter((line) => line.includes(':'));
  return new Map(lines.toReversed().map((line) => [line.split(':', 1)[0] as string, line]));
};
