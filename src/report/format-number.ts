const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A size as Docker prints it, in powers of 1000 and three digits: `61.2 MB`. */
export const formatSize = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  // 999.5 would be rounded to four digits, so it belongs to the next unit.
  while (Math.abs(value) >= (unit === 0 ? 1000 : 999.5) && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  if (unit === 0) return `${value} B`;
  const decimals = Math.abs(value) < 9.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0;
  return `${value.toFixed(decimals)} ${UNITS[unit]}`;
};

/** A count with its thousands apart: `18,234`. */
export const formatCount = (count: number): string =>
  String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** A count with its noun: `1 file`, `18,234 files`. */
export const formatCounted = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** What became of a number, in percent of what it was: `-59.8 %`. Empty where there was nothing. */
export const formatChange = (before: number, after: number): string => {
  if (before === 0) return '';
  const percent = ((after - before) / before) * 100;
  const text = Math.abs(percent).toFixed(1);
  if (text === '0.0') return after === before ? '0 %' : `${after < before ? '-' : '+'}0.0 %`;
  return `${percent < 0 ? '-' : '+'}${text} %`;
};

/** A part of a whole in percent: `12.3 %`; `0 %` of nothing. */
export const formatShare = (part: number, whole: number): string => {
  if (part === 0 || whole === 0) return '0 %';
  const percent = (part / whole) * 100;
  return percent < 0.05 ? '<0.1 %' : `${percent.toFixed(1)} %`;
};

/** A part that is good, 0 to 1, in percent and rounded down: `100.0 %` only where nothing is missing. */
export const formatEfficiency = (part: number): string =>
  `${(Math.floor(part * 1000) / 10).toFixed(1)} %`;

/** A duration for people: `840 ms`, `3.2 s`, `2 min 5 s`. */
export const formatDuration = (milliseconds: number): string => {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};
