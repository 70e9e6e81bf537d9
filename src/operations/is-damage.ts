import { ReslimError, type ErrorCode } from '../base/errors.ts';

/** Whether an image could not be read for what is wrong with it alone: the place that it is in works. */
export const isDamage = (error: unknown): error is ReslimError =>
  error instanceof ReslimError && DAMAGED.has(error.code);

const DAMAGED: ReadonlySet<ErrorCode> = new Set([
  'ambiguous',
  'invalid-image',
  'limit',
  'mismatch',
  'not-found',
  'unsupported',
]);
