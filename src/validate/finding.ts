import { ReslimError } from '../base/errors.ts';
import type { Finding, FindingCode } from '../api/finding.ts';

/** Called with each finding. */
export type OnFinding = (finding: Finding) => void;

/**
 * Turns an error into a finding: with `code`, unless the error has a more exact one. Errors that are not
 * about the image (an interruption, a broken disk) are thrown on.
 */
export const findingOf = (error: unknown, code: FindingCode, where: string): Finding => {
  if (!(error instanceof ReslimError)) throw error;
  const { code: kind, message } = error;
  if (kind === 'not-found') return { severity: 'error', code: 'missing', where, message };
  if (kind === 'limit') return { severity: 'error', code: 'limit', where, message };
  if (kind === 'mismatch') return { severity: 'error', code: 'digest', where, message };
  if (kind === 'invalid-image' || kind === 'unsupported')
    return { severity: 'error', code, where, message };
  throw error;
};
