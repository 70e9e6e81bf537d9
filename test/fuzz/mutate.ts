/** Pseudo-random numbers from a seed, so that a run can be repeated (mulberry32). */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return { below, pick: (list) => list[below(list.length)] as (typeof list)[number] };
};

export interface Mutation {
  readonly random: Random;
  /** Words of the format. */
  readonly dictionary: readonly Buffer[];
  /** Other inputs, to take pieces from. */
  readonly corpus: readonly Buffer[];
  readonly maxSize: number;
}

/** A changed copy: one to eight small damages. */
export const mutate = (input: Buffer, mutation: Mutation): Buffer => {
  let bytes: Buffer = Buffer.from(input);
  for (let rounds = 1 << mutation.random.below(4); rounds > 0; rounds--) {
    bytes = mutation.random.pick(CHANGES)(bytes, mutation);
  }
  return bytes.subarray(0, mutation.maxSize);
};

type Change = (bytes: Buffer, mutation: Mutation) => Buffer;

const splice = (bytes: Buffer, at: number, count: number, insert: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + count)]);

const place = (bytes: Buffer, { random }: Mutation): number => random.below(bytes.length + 1);

/** Sizes that matter: mostly small, sometimes whole tar blocks. */
const extent = ({ random }: Mutation): number =>
  random.below(4) === 0 ? 512 * (1 + random.below(3)) : 1 + random.below(16);

const CHANGES: readonly Change[] = [
  (bytes, { random }) => {
    if (bytes.length > 0) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
    }
    return bytes;
  },
  (bytes, { random }) => {
    const ODD = [0, 1, 0x20, 0x2f, 0x30, 0x37, 0x38, 0x7f, 0x80, 0xff];
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.pick(ODD);
    return bytes;
  },
  (bytes, { random }) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  (bytes, mutation) => splice(bytes, place(bytes, mutation), extent(mutation), Buffer.alloc(0)),
  (bytes, mutation) => {
    const at = place(bytes, mutation);
    return splice(bytes, at, 0, bytes.subarray(at, at + extent(mutation)));
  },
  (bytes, mutation) => {
    if (mutation.dictionary.length === 0) return bytes;
    const word = mutation.random.pick(mutation.dictionary);
    const over = mutation.random.below(2) * word.length;
    return splice(bytes, place(bytes, mutation), over, word);
  },
  (bytes, mutation) => {
    const other = mutation.random.pick(mutation.corpus);
    const from = place(other, mutation);
    return splice(bytes, place(bytes, mutation), 0, other.subarray(from, from + extent(mutation)));
  },
  (bytes, mutation) => {
    const other = mutation.random.pick(mutation.corpus);
    return Buffer.concat([
      bytes.subarray(0, place(bytes, mutation)),
      other.subarray(place(other, mutation)),
    ]);
  },
  // Digits: the numbers of text formats.
  (bytes, { random }) => {
    const digits = [...bytes.keys()].filter((at) => {
      const byte = bytes[at] as number;
      return byte >= 0x30 && byte <= 0x39;
    });
    if (digits.length > 0) bytes[random.pick(digits)] = 0x30 + random.below(10);
    return bytes;
  },
];
