import type { CheckCause, CheckOutcome } from '../../api/check.ts';
import { formatCount, formatSize } from '../format-number.ts';

/** What a limit is called: `max-size`, `deny compilers`. */
export const ruleWords = ({ rule, subject }: Pick<CheckOutcome, 'rule' | 'subject'>): string =>
  subject === undefined ? rule : `${rule} ${subject}`;

/** A value in the unit of a limit: `80.0 MB`, `5.2 %`, `12`. */
export const formatMeasure = ({ unit }: Pick<CheckOutcome, 'unit'>, value: number): string => {
  if (unit === 'bytes') return formatSize(value);
  return unit === 'share' ? formatShare(value) : formatCount(value);
};

/** Enough digits that what is over a limit never looks equal to it, as far as people care. */
const formatShare = (share: number): string => {
  const percent = share * 100;
  const digits = percent !== 0 && Math.abs(percent) < 0.05 ? 3 : 1;
  return `${percent.toFixed(digits)} %`;
};

/** Where the bytes of a cause are, and why: `layer 3, new`. */
export const causeWords = ({ layer, detail }: CheckCause): string =>
  [...(layer === undefined ? [] : [`layer ${layer}`]), ...(detail ? [detail] : [])].join(', ');

/** What is wrong with a limit that is not kept: `5.63 kB, 2.63 kB over the limit of 3.00 kB`. */
export const overWords = (check: CheckOutcome): string => {
  const [actual, over, limit] = [check.actual, check.over, check.limit].map((value) =>
    formatMeasure(check, value),
  );
  if (check.rule === 'require-user') return 'containers start as root';
  if (check.limit === 0 && check.unit === 'count') return `${actual} found, none allowed`;
  const side = check.rule === 'min-efficiency' ? 'below' : 'over';
  return `${actual}, ${over} ${side} the limit of ${limit}`;
};
