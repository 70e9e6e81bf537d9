import type { Amount } from '../../api/check.ts';
import { ReslimError } from '../../base/errors.ts';

/** Bytes of a size like `500`, `200MB`, `1.5GiB`. `name` is the option, for the error. */
export const parseSize =
  (name: string) =>
  (text: string): number => {
    const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?)b?|b)?$/i.exec(text.trim());
    const unit = match?.[2]?.toLowerCase() ?? '';
    const bytes = Number(match?.[1]) * (match?.[3] ? 1024 : 1000) ** ' kmgt'.indexOf(unit || ' ');
    if (match && Number.isSafeInteger(Math.round(bytes)) && bytes >= 1) return Math.round(bytes);
    throw new ReslimError('usage', `${name} is not a size: ${JSON.stringify(text)}`, {
      hint: 'write bytes, or a number with kB, MB, GB, KiB, MiB or GiB',
    });
  };

/** Bytes, or a part of a whole: `20MB`, `5%`; `0` is nothing at all. */
export const parseAmount =
  (name: string) =>
  (text: string): Amount => {
    if (text.trim() === '0') return 0;
    if (text.trim().endsWith('%')) return { share: parseShare(name)(text) };
    return parseSize(name)(text);
  };

/** A part of a whole, 0 to 1, from a percentage or a number: `95%`, `0.95`. */
export const parseShare =
  (name: string) =>
  (text: string): number => {
    const [, number = '', percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
    const share = percent ? Number(number) / 100 : Number(number);
    if (number !== '' && (percent || share <= 1)) return share;
    throw new ReslimError('usage', `${name} is not a percentage: ${JSON.stringify(text)}`, {
      hint: 'write 95%, or a number from 0 to 1',
    });
  };

/** A whole number from 1 up. */
export const parseCount =
  (name: string, least = 1) =>
  (text: string): number => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= least && Number.isSafeInteger(count)) return count;
    throw new ReslimError(
      'usage',
      `${name} is not a whole number from ${least} up: ${JSON.stringify(text)}`,
    );
  };

/** Milliseconds of a time like `30s`, `5m`, `12h`, `3d`, `2w`. */
export const parseDuration =
  (name: string) =>
  (text: string): number => {
    const [, count = '', unit = ''] = /^(\d{1,5})([smhdw])$/.exec(text.trim()) ?? [];
    const seconds = Number(count) * (UNIT_SECONDS[unit] ?? 0);
    if (seconds > 0) return seconds * 1000;
    throw new ReslimError('usage', `${name} is not a time: ${JSON.stringify(text)}`, {
      hint: 'write a number with s, m, h, d or w, such as 3d',
    });
  };

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** A compression level; which ones exist depends on the compression. */
export const parseLevel = (text: string): number => {
  if (/^\d{1,2}$/.test(text) && Number(text) <= MAX_LEVEL) return Number(text);
  throw new ReslimError('usage', `--compression-level cannot be ${JSON.stringify(text)}`, {
    hint: 'choose 0 to 9 for gzip, 1 to 22 for zstd',
  });
};

/** zstd's highest level. */
const MAX_LEVEL = 22;

/**
 * Seconds since the epoch, from unix seconds, an ISO date (midnight UTC), an ISO time with its zone,
 * or `source-date-epoch` for the environment variable. Fractions are cut off.
 */
export const parseTimestamp = (text: string): number => {
  if (text === 'source-date-epoch') {
    const epoch = sourceDateEpoch();
    if (epoch !== undefined) return epoch;
    throw new ReslimError('usage', 'SOURCE_DATE_EPOCH is not set, yet --timestamp asks for it');
  }
  const seconds = /^\d+$/.test(text) ? Number(text) : secondsOfDate(text);
  if (Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND) return seconds;
  throw new ReslimError('usage', `not a time: ${JSON.stringify(text)}`, {
    hint: 'write unix seconds, 2026-01-31, 2026-01-31T12:00:00Z, or source-date-epoch',
  });
};

/** The last second of the last year with four digits: `created` of a config cannot express more. */
const LAST_SECOND = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

/** A time without a zone would mean something else on every machine, so it is none. */
const secondsOfDate = (text: string): number =>
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Math.floor(Date.parse(text) / 1000)
    : Number.NaN;

/** @see https://reproducible-builds.org/specs/source-date-epoch/ */
export const sourceDateEpoch = (): number | undefined => {
  const text = process.env['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text) && Number(text) <= LAST_SECOND) return Number(text);
  throw new ReslimError(
    'usage',
    `SOURCE_DATE_EPOCH is not a number of seconds: ${JSON.stringify(text)}`,
  );
};

/** `NAME=VALUE` as a map of one name; the value may be empty. */
export const parsePair =
  (option: string) =>
  (text: string): Readonly<Record<string, string>> => {
    const at = text.indexOf('=');
    if (at > 0) return { [text.slice(0, at)]: text.slice(at + 1) };
    throw new ReslimError('usage', `${option} has no value: ${JSON.stringify(text)}`, {
      hint: `write ${option} NAME=VALUE; NAME= is an empty one`,
    });
  };

/** Words between spaces, e.g. arguments for another program. */
export const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
