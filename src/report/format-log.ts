import type { LogEntry } from '../api/exporter.ts';
import { printableJson } from './printable.ts';

/**
 * One line of a log: `ts=… level=info msg=listening address=:9827`, or the same as JSON.
 * @see https://brandur.org/logfmt
 */
export const formatLog = (
  { level, message, fields }: LogEntry,
  format: 'logfmt' | 'json',
  time: Date,
): string => {
  const members: Readonly<Record<string, string | number>> = {
    ts: time.toISOString(),
    level,
    msg: message,
    ...fields,
  };
  if (format === 'json') return printableJson(JSON.stringify(members));
  return Object.entries(members)
    .map(([key, value]) => `${key}=${quoted(String(value))}`)
    .join(' ');
};

/** Text with spaces, quotes or anything that could look like the next member is written as JSON. */
const quoted = (text: string): string =>
  /^[\w.:/@+-]+$/.test(text) ? text : printableJson(JSON.stringify(text));
