import { linkedEntries } from '../plan/first-names.ts';
import type { Plan } from '../plan/plan.ts';

/** Smaller files are often of the same size by chance, and save nothing: a header in the tar takes as much. */
const MIN_COPY = 512;

/**
 * Files that seem to be copies of others that stay: of the same name, size, mode and time. Nothing is read for
 * that, so that it is a guess.
 */
export const lookAlikes = ({ tree, verdicts }: Plan): { files: number; bytes: number } => {
  const linked = new Map([...linkedEntries(tree.nodes)].map((entry) => [entry, new Set<string>()]));
  const seen = hashesUpTo(tree.nodes.length);
  const total = { files: 0, bytes: 0 };
  for (const node of tree.nodes) {
    const { name, entry } = node;
    if (entry?.type !== 'file' || entry.size < MIN_COPY || verdicts.get(node)?.action === 'drop')
      continue;
    // Two names of one file are no copies.
    if (linked.get(entry)?.has(name)) continue;
    linked.get(entry)?.add(name);
    if (seen.add(hashOf(`${name}/${entry.size}/${entry.mode}/${entry.mtime}`))) continue;
    total.files++;
    total.bytes += entry.size;
  }
  return total;
};

/** A set of hashes in 16 bytes each: texts of millions of files would take hundreds of megabytes. */
const hashesUpTo = (count: number): { add(hash: number): boolean } => {
  const slots = new Float64Array(2 * count + 1).fill(NaN);
  return {
    /** Returns false when it is there already. */
    add: (hash) => {
      let at = hash % slots.length;
      for (; !Number.isNaN(slots[at]); at = (at + 1) % slots.length)
        if (slots[at] === hash) return false;
      slots[at] = hash;
      return true;
    },
  };
};

/** Two hashes by FNV-1a, with different factors, in one of 52 bits: two of ten million texts have the same by chance once in 100 runs. */
const hashOf = (text: string): number => {
  let [high, low] = [0x811c9dc5, 0x811c9dc5];
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x85ebca6b);
  }
  return (high >>> 0) * 2 ** 20 + (low >>> 12);
};
