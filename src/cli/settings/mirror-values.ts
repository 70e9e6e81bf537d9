import { parseDuration } from './parse-value.ts';

export const DURATION: RegExp = /^\d{1,5}[smhdw]$/;

/** Milliseconds of `30s`, `15m`, `12h`, `3d` or `2w`, or of none at all: `0s`. */
export const durationMs = (text: string): number =>
  Number.parseInt(text, 10) === 0 ? 0 : parseDuration('a time')(text);

/** Requests per minute of `5/s` or `100/m`; anything else was refused before. */
export const ratePerMinute = (text: string): number =>
  Number.parseInt(text, 10) * (text.endsWith('s') ? 60 : 1);

export const RATE: RegExp = /^[1-9]\d{0,6}\/[sm]$/;
