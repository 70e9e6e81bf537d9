import { ReslimError, type ErrorCode } from '../base/errors.ts';

/** Whether an image at a target could not be read for what is wrong with it: a slim repairs or replaces it. */
export const isDamage = (error: unknown): boolean =>
  error instanceof ReslimError && DAMAGED.has(error.code);

const DAMAGED: ReadonlySet<ErrorCode> = new Set([
  'ambiguous',
  'invalid-image',
  'limit',
  'mismatch',
  'not-found',
  'unsupported',
]);
