import { Session } from 'node:inspector';

/**
 * V8's own block coverage of src, as features: `place:count` with counts in powers of two, so that a
 * loop that runs longer is news, but not each turn of it.
 */
export interface Coverage {
  /** Features met since the last call. */
  take(): readonly string[];
  stop(): void;
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface ScriptCoverage {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

export const startCoverage = (): Coverage => {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const take = (): string[] => {
    let scripts: readonly ScriptCoverage[] = [];
    // In the same thread the answer comes before `post` returns.
    session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      scripts = answer.result;
    });
    return scripts.filter(({ url }) => url.includes('/src/')).flatMap(featuresOf);
  };
  return {
    take,
    stop: () => {
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
};

const featuresOf = ({ scriptId, functions }: ScriptCoverage): string[] =>
  functions.flatMap(({ ranges }) =>
    ranges
      .filter(({ count }) => count > 0)
      .map(
        ({ startOffset, endOffset, count }) =>
          `${scriptId}:${startOffset}-${endOffset}:${Math.floor(Math.log2(count))}`,
      ),
  );
