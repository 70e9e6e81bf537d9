import { ReslimError } from '../base/errors.ts';
import type { Finding, FindingCode } from '../api/finding.ts';

/** Takes findings as they are made. */
export type OnFinding = (finding: Finding) => void;

/**
 * What was thrown, as a finding: `code` unless the error tells better. Errors that are not about the
 * image (an interruption, a broken disk) are thrown on.
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
