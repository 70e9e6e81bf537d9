import { inspect } from 'node:util';
import { ReslimError, type ErrorCode } from '../../base/errors.ts';
import { printable } from '../../report/printable.ts';
import { asIoError } from '../../base/io-error.ts';

/** The statuses reslim exits with; stable, see docs/cli.md. */
export const EXIT = { done: 0, failed: 1, usage: 2, policy: 3, interrupted: 130 } as const;

const STATUS: Partial<Record<ErrorCode, number>> = {
  usage: EXIT.usage,
  policy: EXIT.policy,
  aborted: EXIT.interrupted,
};

export const exitStatus = ({ code }: ReslimError): number => STATUS[code] ?? EXIT.failed;

/** What stderr shows of an error: `error: what, where` and up to four `hint:` lines. */
export const formatFailure = ({ message, hint }: ReslimError): string => {
  const hints = (hint ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 4);
  return [`error: ${printable(message)}`, ...hints.map((line) => `hint: ${printable(line)}`)]
    .map((line) => `${shortened(line)}\n`)
    .join('');
};

/** Characters of a line. A path of an image may have 4096 bytes, and there may be two of them. */
const LINE_LENGTH = 1500;

/** Leaves out the middle: what is wrong stands at the beginning of a line, and in which layer at its end. */
const shortened = (line: string): string =>
  line.length <= LINE_LENGTH ? line : `${line.slice(0, LINE_LENGTH - 301)}…${line.slice(-300)}`;

/** Brings whatever was thrown into the one shape users see. */
export const asFailure = (error: unknown): ReslimError => {
  if (error instanceof ReslimError) return error;
  if (isSystemError(error)) return asIoError(error, error.path ?? error.syscall ?? '');
  const what = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  return new ReslimError('io', `reslim itself failed: ${firstLine(what)}`, {
    cause: error,
    hint: 'this is a bug: run it again with RESLIM_DEBUG=1 and report what it prints',
  });
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && (error.name === 'AbortError' || 'syscall' in error);

/** All there is to know about an error, for those who asked with RESLIM_DEBUG=1. */
export const debugText = (error: unknown): string => `${inspect(error, { depth: 4 })}\n`;

const firstLine = (text: string): string => text.split('\n', 1)[0] as string;
