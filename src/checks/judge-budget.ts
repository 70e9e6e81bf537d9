import type { Amount, Budget, CheckCause, CheckOutcome, CheckRule } from '../api/check.ts';
import { grownCauses } from './grown.ts';
import { largestCauses, largestSteps, wasteCauses } from './largest-causes.ts';
import type { CheckSubject } from './subject.ts';

/** Judges an image by every limit of a budget, in the order of `CheckRule`. A limit that is met exactly is kept. */
export const judgeBudget = (budget: Budget, subject: CheckSubject): readonly CheckOutcome[] => {
  const { analysis, baseline } = subject;
  const { waste, contentSize } = analysis;
  const bulk = (): readonly CheckCause[] =>
    baseline?.analysis || baseline?.files
      ? grownCauses(subject, baseline)
      : largestCauses(analysis);
  const wasted = (): readonly CheckCause[] => wasteCauses(analysis);
  return [
    atMost('max-size', budget.maxSize, analysis.compressedSize, bulk),
    atMost('max-unpacked', budget.maxUnpacked, analysis.unpackedSize, bulk),
    atMost('max-layers', budget.maxLayers, analysis.layers.length, () =>
      largestSteps(analysis.layers, ({ compressedSize }) => compressedSize),
    ),
    atMost('max-wasted', budget.maxWasted, amountOf(waste.total, contentSize), wasted),
    atMost(
      'max-user-wasted',
      shareOf(budget.maxUserWasted),
      amountOf(waste.total, contentOfUpper(subject)),
      wasted,
    ),
    atLeast('min-efficiency', budget.minEfficiency, analysis.efficiency, wasted),
    ...judgeGrowth(budget, subject, bulk),
    ...(budget.deny ?? []).map((entry) => judgeDenied(entry, subject)),
    ...(budget.requireUser ? [judgeUser(subject)] : []),
    ...(budget.noSetuid ? [judgeSetuid(subject)] : []),
  ].filter((outcome) => outcome !== undefined);
};

/** Whether a limit is not kept for a size, so that what grew since a baseline is to blame. */
export const explainsGrowth = ({ rule, passed }: CheckOutcome): boolean =>
  !passed && (rule === 'max-size' || rule === 'max-unpacked' || rule === 'max-growth');

/** Both ways to look at an amount: in bytes, and as a part. */
interface Measured {
  readonly bytes: number;
  readonly share: number;
}

const amountOf = (bytes: number, whole: number): Measured => ({
  bytes,
  share: whole === 0 ? Math.sign(bytes) : bytes / whole,
});

const shareOf = (share: number | undefined): Amount | undefined =>
  share === undefined ? undefined : { share };

type Causes = () => readonly CheckCause[];

const atMost = (
  rule: CheckRule,
  allowed: Amount | undefined,
  actual: number | Measured,
  causes: Causes,
): CheckOutcome | undefined => {
  if (allowed === undefined) return undefined;
  const isShare = typeof allowed === 'object';
  const limit = isShare ? allowed.share : allowed;
  const measured = typeof actual === 'number' ? actual : isShare ? actual.share : actual.bytes;
  const unit = isShare ? 'share' : rule === 'max-layers' ? 'count' : 'bytes';
  return outcomeOf({ rule, unit, limit, actual: measured }, measured - limit, causes);
};

const atLeast = (
  rule: CheckRule,
  limit: number | undefined,
  actual: number,
  causes: Causes,
): CheckOutcome | undefined =>
  limit === undefined
    ? undefined
    : outcomeOf({ rule, unit: 'share', limit, actual }, limit - actual, causes);

const outcomeOf = (
  measure: Pick<CheckOutcome, 'rule' | 'subject' | 'unit' | 'limit' | 'actual'>,
  beyond: number,
  causes: Causes,
): CheckOutcome => {
  const passed = beyond <= 0;
  return { ...measure, passed, over: Math.max(0, beyond), causes: passed ? [] : causes() };
};

const judgeGrowth = (
  { maxGrowth }: Budget,
  { analysis, baseline }: CheckSubject,
  causes: Causes,
): readonly (CheckOutcome | undefined)[] => {
  if (!baseline) return [];
  const grown = analysis.compressedSize - baseline.compressedSize;
  return [atMost('max-growth', maxGrowth, amountOf(grown, baseline.compressedSize), causes)];
};

/** Contents of the layers above the first one: what the user of a base image added. */
const contentOfUpper = ({ analysis: { layers } }: CheckSubject): number =>
  layers
    .slice(1)
    .reduce((total, { ownSize, waste }) => total + ownSize + waste.total - waste.copies, 0);

/** One that is not there is all that is allowed. */
const noneOf = (
  measure: Pick<CheckOutcome, 'rule' | 'subject'>,
  causes: readonly CheckCause[],
): CheckOutcome =>
  outcomeOf(
    { ...measure, unit: 'count', limit: 0, actual: causes.length },
    causes.length,
    () => causes,
  );

const judgeDenied = (entry: string, { denied, analysis }: CheckSubject): CheckOutcome => {
  const found = denied.get(entry) ?? [];
  const measure = { rule: 'deny', subject: entry } as const;
  if (entry !== 'secrets') return noneOf(measure, found);
  const hidden = analysis.secrets.map(({ message }): CheckCause => ({
    kind: 'secret',
    name: message,
  }));
  // A file of settings that is empty holds none.
  return noneOf(measure, [...found.filter(({ bytes }) => bytes !== 0), ...hidden]);
};

const judgeUser = ({ user, isRoot }: CheckSubject): CheckOutcome =>
  noneOf(
    { rule: 'require-user' },
    isRoot
      ? [
          {
            kind: 'user',
            name: user === '' ? 'no user is set: containers start as root' : `${user} is root`,
          },
        ]
      : [],
  );

const judgeSetuid = ({ analysis: { setuid } }: CheckSubject): CheckOutcome =>
  noneOf(
    { rule: 'no-setuid' },
    setuid.map(({ path, size, layer, mode }) => ({
      kind: 'file',
      name: path,
      bytes: size,
      layer,
      detail: `mode ${mode}`,
    })),
  );
