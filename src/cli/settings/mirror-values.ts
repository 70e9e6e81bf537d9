import { parseDuration } from './parse-value.ts';

export const DURATION: RegExp = /^\d{1,5}[smhdw]$/;

/** Milliseconds of `30s`, `15m`, `12h`, `3d` or `2w`, or of none at all: `0s`. */
export const durationMs = (text: string): number =>
  Number.parseInt(text, 10) === 0 ? 0 : parseDuration('a time')(text);

const UNIT_MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60 };

/** Requests per minute of `5/s`, `100/m`, `5000/h` or `100/6h`; anything else was refused before. */
export const ratePerMinute = (text: string): number => {
  const [, count, window, unit] = RATE.exec(text) ?? [];
  return Number(count) / (Number(window || 1) * (UNIT_MINUTES[unit as string] ?? 1));
};

export const RATE: RegExp = /^([1-9]\d{0,6})\/([1-9]\d?)?([smh])$/;
