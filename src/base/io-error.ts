import { abortedError, ReslimError, type ReslimErrorOptions } from './errors.ts';

/** Turns an error of the system into a `ReslimError`. One that is a `ReslimError` already is returned as it is. */
export const asIoError = (
  cause: unknown,
  where: string,
  options: Pick<ReslimErrorOptions, 'place'> = {},
): ReslimError => {
  if (cause instanceof ReslimError) return cause;
  if (cause instanceof Error && cause.name === 'AbortError') return abortedError();
  const { code, message } = cause as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : WORDS[code];
  return new ReslimError('io', `${known?.[0] ?? oneLine(message)}, ${where}`, {
    hint: known?.[1],
    cause,
    ...options,
  });
};

/** Runs an action; an error of the system becomes an `io` error that says where. */
export const withIoErrors = async <T>(
  where: string,
  action: () => Promise<T>,
  options: Pick<ReslimErrorOptions, 'place'> = {},
): Promise<T> => {
  try {
    return await action();
  } catch (error) {
    const isSystem = error instanceof Error && ('code' in error || error.name === 'AbortError');
    throw isSystem ? asIoError(error, where, options) : error;
  }
};

/** Whether an action failed because there is nothing under the name. */
export const isMissing = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** What an action resolves with; `undefined` where there is nothing under the name. */
export const unlessMissing = <T>(action: Promise<T>): Promise<T | undefined> =>
  action.catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });

/** Text from outside, such as a message of the system, on one line. */
export const oneLine = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- it removes them
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, 300);

const WORDS: Record<string, readonly [what: string, hint?: string]> = {
  ENOSPC: ['no space left', 'free some space, or set TMPDIR to a larger place'],
  EDQUOT: ['disk quota reached', 'free some space, or set TMPDIR to a larger place'],
  EACCES: ['permission denied'],
  EPERM: ['permission denied'],
  EROFS: ['the file system is read-only'],
  ENOENT: ['no such file or folder'],
  ENOTDIR: ['a part of the path is not a folder'],
  EISDIR: ['a folder is where a file should be'],
  ELOOP: ['a symbolic link is where a file should be'],
  EMFILE: ['too many open files', 'raise the limit: ulimit -n 4096'],
  EPIPE: ['the reading program has ended'],
  EIO: ['the disk reports an error'],
  ENAMETOOLONG: ['the path is too long'],
};
