import type { LogEntry } from '../../index.ts';
import type { FlagsOf } from '../../options/option.ts';
import type { LOG } from '../../options/shared-options.ts';
import { formatLogfmt, type LogMembers } from '../../report/format-log.ts';
import { printableJson } from '../../report/printable.ts';

/** Where lines go; stderr is one. */
export interface LogStream {
  readonly write: (text: string) => unknown;
}

/** Opens the log of a command that runs for long: a line for each entry, in the format and from the level that flags say. */
export const openLog = async (
  { logFormat = 'logfmt', logLevel = 'info' }: FlagsOf<typeof LOG>,
  stream: LogStream = process.stderr,
): Promise<(entry: LogEntry) => void> => {
  const { pino } = await import('pino');
  const write = (line: string): void =>
    void stream.write(`${logFormat === 'json' ? printableJson(line.trimEnd()) : asLogfmt(line)}\n`);
  const logger = pino(
    {
      level: logLevel,
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: withoutCredentials },
      redact: { paths: SECRETS, censor: '***' },
    },
    { write },
  );
  return ({ level, message, fields }) => logger[level](fields, message);
};

/** Names that a secret could have, should a field ever hold one. */
const SECRETS = ['authorization', 'password', 'secret', 'token'];

/** Messages name URLs as they were given. */
const withoutCredentials = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(/(?<=:\/\/)[^/@\s]+@/g, '***@') : value,
    ]),
  );

const asLogfmt = (line: string): string => {
  const { level, ts, msg, ...fields } = JSON.parse(line) as LogMembers;
  return formatLogfmt({ ts, level, msg, ...fields } as LogMembers);
};
