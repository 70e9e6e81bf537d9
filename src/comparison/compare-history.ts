import type { StepChange } from '../api/diff.ts';
import type { HistoryStep } from '../oci/config.ts';
import { dockerfileLine } from '../oci/layer-names.ts';
import { align } from './align.ts';

/** Compares two lists of build steps. Steps between two that both images have are paired by their instruction. */
export const compareHistory = (
  before: readonly HistoryStep[],
  after: readonly HistoryStep[],
): StepChange[] => {
  const aligned = align(before.map(textOf), after.map(textOf));
  const changes: StepChange[] = [];
  let [a, b] = [0, 0];
  for (const [nextA, nextB] of [...aligned, [before.length, after.length] as const]) {
    changes.push(...compareGap(before.slice(a, nextA), after.slice(b, nextB)));
    const [old, now] = [before[nextA], after[nextB]];
    if (old && now) changes.push(...changedStep(old, now));
    [a, b] = [nextA + 1, nextB + 1];
  }
  return changes;
};

const textOf = ({ createdBy }: HistoryStep): string => createdBy;

/** Steps of which none is in both lists. The order of `after` counts, and what is gone comes first. */
const compareGap = (
  before: readonly HistoryStep[],
  after: readonly HistoryStep[],
): StepChange[] => {
  const left = new Set(before);
  const inAfter = after.flatMap((step): StepChange[] => {
    const partner = [...left].find((each) => instructionOf(each) === instructionOf(step));
    if (!partner) return [{ kind: 'added', after: lineOf(step) }];
    left.delete(partner);
    return changedStep(partner, step);
  });
  return [
    ...[...left].map((step) => ({ kind: 'removed' as const, before: lineOf(step) })),
    ...inAfter,
  ];
};

const changedStep = (before: HistoryStep, after: HistoryStep): StepChange[] => {
  const members = [...new Set([...Object.keys(before.raw), ...Object.keys(after.raw)])].filter(
    (name) => valueOf(before, name) !== valueOf(after, name),
  );
  if (members.length === 0) return [];
  return [
    { kind: 'changed', before: lineOf(before), after: lineOf(after), members: members.sort() },
  ];
};

/** A member that is absent means the same as an empty one. */
const valueOf = ({ raw }: HistoryStep, name: string): string => JSON.stringify(raw[name] || '');

const lineOf = ({ createdBy }: HistoryStep): string => dockerfileLine(createdBy, Infinity);

/** `RUN`, `COPY`, …; steps of the same one are likely the same line, edited. */
const instructionOf = (step: HistoryStep): string => lineOf(step).split(' ', 1)[0] as string;
