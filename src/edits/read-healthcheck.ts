import { ReslimError } from '../base/errors.ts';
import { parseList } from './read-command.ts';

/**
 * The member `Healthcheck` of a config. Times are nanoseconds.
 * @see https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md
 */
export interface Healthcheck {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/**
 * Reads what follows HEALTHCHECK in a Dockerfile: `[--interval=30s …] CMD command`, where the command is a JSON list, or a
 * line for a shell; `CMD` may be left out. `NONE` switches off a check of a base image. Throws `usage`.
 * @see https://docs.docker.com/reference/dockerfile/#healthcheck
 */
export const readHealthcheck = (text: string): Healthcheck => {
  let rest = text.trim();
  const options: Record<string, number> = {};
  for (let flag = FLAG.exec(rest); flag; flag = FLAG.exec(rest)) {
    const [whole, name = '', value = ''] = flag;
    const member = MEMBERS[name];
    if (member === undefined)
      throw badHealthcheck(`has no option --${name}`, `known options: ${KNOWN}`);
    options[member] = member === 'Retries' ? readRetries(value) : readDuration(name, value);
    rest = rest.slice(whole.length).trimStart();
  }
  const command = rest.replace(/^CMD(?=\s|\[|$)/, '').trim();
  if (command === '') throw badHealthcheck('has no command', HINT);
  const isNone = rest === 'NONE';
  if (isNone && Object.keys(options).length > 0)
    throw badHealthcheck('NONE takes no options', 'leave them out');
  return { Test: isNone ? ['NONE'] : readTest(command), ...options };
};

/** A list may also be the member `Test` as it is. */
const readTest = (command: string): readonly string[] => {
  if (!command.startsWith('[')) return ['CMD-SHELL', command];
  const words = parseList('--healthcheck', command);
  if (words.length === 0) throw badHealthcheck('has no command', HINT);
  const [first] = words;
  return first === 'CMD' || first === 'CMD-SHELL' || first === 'NONE' ? words : ['CMD', ...words];
};

const FLAG = /^--([a-z-]+)(?:=|\s+)(\S+)\s*/;

const MEMBERS: Readonly<Record<string, keyof Healthcheck>> = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
  retries: 'Retries',
};

const KNOWN = Object.keys(MEMBERS)
  .map((name) => `--${name}`)
  .join(', ');

const HINT = "write it as in a Dockerfile: '--interval=30s CMD curl -f http://localhost/', or NONE";

const badHealthcheck = (what: string, hint: string): ReslimError =>
  new ReslimError('usage', `--healthcheck ${what}`, { hint });

const readRetries = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badHealthcheck(`has retries that are no number: ${text}`, 'write --retries=3');
};

/** Nanoseconds of a duration as Go writes it: `1m30s`. Engines refuse what is shorter than a millisecond. */
const readDuration = (name: string, text: string): number => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join('') === text && text !== '';
  const time = Math.round(
    parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit as string] ?? 0), 0),
  );
  if ((isWhole && time >= MILLISECOND && Number.isSafeInteger(time)) || text === '0s') return time;
  throw badHealthcheck(`has no time in --${name}: ${text}`, 'write 30s, 1m30s or 500ms');
};

const MILLISECOND = 1e6;

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: MILLISECOND,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
