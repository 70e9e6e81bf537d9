/**
 * The same content for several readers, in parallel: each gets every chunk, and none is given the next
 * before all have asked for it. A reader that stops is not waited for; when all have, the content is left.
 */
export const splitContent = (
  content: AsyncIterable<Uint8Array>,
  count: number,
): readonly AsyncIterableIterator<Uint8Array>[] => {
  const iterator = content[Symbol.asyncIterator]();
  const readers = Array.from({ length: count }, (): Reader => ({ hasEnded: false }));
  let isReading = false;
  const answer = (tell: (waiting: Waiting) => void, hasEnded = false): void => {
    isReading = false;
    for (const reader of readers) {
      const { waiting } = reader;
      reader.hasEnded ||= hasEnded;
      reader.waiting = undefined;
      if (waiting) tell(waiting);
    }
  };
  const readOn = (): void => {
    const left = readers.filter(({ hasEnded }) => !hasEnded);
    if (isReading || left.some(({ waiting }) => !waiting)) return;
    isReading = true;
    // A failure to stop early is ignored: all readers have gone.
    if (left.length === 0) void iterator.return?.().catch(() => {});
    else
      iterator.next().then(
        (result) => answer(({ resolve }) => resolve(result), result.done),
        (error: unknown) => answer(({ reject }) => reject(error), true),
      );
  };
  return readers.map((reader) => readerOf(reader, readOn));
};

interface Waiting {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

interface Reader {
  waiting?: Waiting | undefined;
  hasEnded: boolean;
}

const END = { done: true, value: undefined } as const;

const readerOf = (reader: Reader, readOn: () => void): AsyncIterableIterator<Uint8Array> => ({
  [Symbol.asyncIterator]() {
    return this;
  },
  next: () => {
    if (reader.hasEnded) return Promise.resolve(END);
    return new Promise((resolve, reject) => {
      reader.waiting = { resolve, reject };
      readOn();
    });
  },
  return: () => {
    if (!reader.hasEnded) {
      reader.hasEnded = true;
      reader.waiting?.resolve(END);
      reader.waiting = undefined;
      readOn();
    }
    return Promise.resolve(END);
  },
});
