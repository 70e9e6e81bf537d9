import { printableJson } from './printable.ts';

/** A member of a line of a log: text, or a number. */
export type LogMembers = Readonly<Record<string, string | number>>;

/**
 * One line of a log: `ts=… level=info msg=listening address=:9827`.
 * @see https://brandur.org/logfmt
 */
export const formatLogfmt = (members: LogMembers): string =>
  Object.entries(members)
    .map(([key, value]) => `${key}=${quoted(String(value))}`)
    .join(' ');

/** Text with spaces, quotes or anything that could look like the next member is written as JSON. */
const quoted = (text: string): string =>
  /^[\w.:/@+-]+$/.test(text) ? text : printableJson(JSON.stringify(text));
