import type { Entry } from './entry.ts';
import type { Layer } from './layer.ts';
import { readAttributes, type Attributes } from './tar/read-attributes.ts';

/** Reads of an entry what the index leaves out. `layers` are all of its image. */
export const attributesOf = async (entry: Entry, layers: readonly Layer[]): Promise<Attributes> => {
  const raw = Buffer.allocUnsafe(entry.headerSize);
  await (layers[entry.layer] as Layer).bytes.read(raw, entry.offset);
  return readAttributes(raw);
};
