import type { AnalyzedLayer } from '../api/analysis.ts';
import type { CheckCause } from '../api/check.ts';
import { groupBy } from '../base/group-by.ts';
import { byBytes, TOP } from './largest-causes.ts';

/** What documents alone say of a layer. */
export type SteppedLayer = Pick<AnalyzedLayer, 'number' | 'step' | 'compressedSize'> &
  Partial<Pick<AnalyzedLayer, 'diffId'>>;

/** Layers that the baseline does not have, with what they store beyond the layer of the same step there. */
export const grownSteps = (
  after: readonly SteppedLayer[],
  before: readonly SteppedLayer[],
): CheckCause[] => {
  const same = new Set(before.map(({ diffId }) => diffId));
  const kept = new Set(after.map(({ diffId }) => diffId));
  const old = groupBy(
    before.filter(({ step, diffId }) => step !== undefined && !kept.has(diffId)),
    ({ step = '' }) => keyOf(step),
  );
  return largestGrowth(
    after
      .filter(({ diffId }) => !same.has(diffId))
      .map(({ number, step, compressedSize }) => {
        const size = step === undefined ? undefined : old.get(keyOf(step))?.shift()?.compressedSize;
        return {
          kind: 'step' as const,
          name: step ?? `layer ${number}`,
          bytes: compressedSize - (size ?? 0),
          layer: number,
          detail: size === undefined ? 'new' : '',
        };
      }),
  );
};

/** The classic builder and Buildah name copied files by a checksum: `COPY file:5f0a… in /app`. The rest is the step. */
const keyOf = (step: string): string => step.replaceAll(/\b(file|dir|multi):[0-9a-f]+…?/g, '$1');

/** Those that grew most; an empty detail is left out. */
export const largestGrowth = (causes: readonly CheckCause[]): CheckCause[] =>
  causes
    .filter(({ bytes = 0 }) => bytes > 0)
    .sort(byBytes)
    .slice(0, TOP)
    .map(({ detail, ...cause }) => ({ ...cause, ...(detail && { detail }) }));
