import { Cron } from 'croner';
import type { MirrorSchedule } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';

/** Reads a cron expression, which begins nothing by itself. Throws `usage` for what is none, and for a time that never comes. */
export const readCron = ({ cron, timeZone = 'UTC' }: MirrorSchedule): Cron => {
  checkTimeZone(timeZone);
  const isShaped = /^(@\w+|\S+(\s+\S+){4})$/.test(cron.trim()) && cron.length <= MAX_LENGTH;
  const what = `not a schedule: ${JSON.stringify(cron.slice(0, MAX_LENGTH))}`;
  if (!isShaped) throw new ReslimError('usage', what, { hint: HINT });
  const parsed = parse(cron.trim(), timeZone, what);
  if (parsed.nextRun() !== null) return parsed;
  throw new ReslimError('usage', `the schedule never comes: ${JSON.stringify(cron)}`);
};

/** Throws `usage` for what is no IANA name of a time zone. */
export const checkTimeZone = (name: string): void => {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
  } catch (cause) {
    throw new ReslimError('usage', `unknown time zone: ${JSON.stringify(name)}`, {
      hint: 'write a name such as Europe/Berlin, or UTC',
      cause,
    });
  }
};

const parse = (cron: string, timezone: string, what: string): Cron => {
  try {
    return new Cron(cron, { timezone, paused: true });
  } catch (cause) {
    const why = (cause as Error).message.replace(/^Cron\w+: /, '');
    throw new ReslimError('usage', `${what}: ${why}`, { hint: HINT, cause });
  }
};

/** Nobody writes longer ones; the parser is not asked to try. */
const MAX_LENGTH = 200;
const HINT = 'write minute, hour, day, month and day of the week: "30 3 * * 1-5"';
