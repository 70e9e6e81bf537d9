import { ReslimError } from '../base/errors.ts';

/**
 * What a check is about; a closed list that scripts may rely on.
 *
 * - `missing`: a blob that is named is not there
 * - `size`, `digest`: stored bytes are not what their descriptor says
 * - `document`: an index, manifest or config that cannot be read
 * - `media-type`: a type that does not fit the bytes, the document or its family
 * - `platform`: an index and a config disagree about what an image runs on
 * - `diff-id`: decompressed bytes are not what the config says, or its list is too short or long
 * - `history`: steps with files and layers differ in number
 * - `compression`: bytes that do not decompress
 * - `tar`: a layer that is no tar, or breaks its rules
 * - `layer-rule`: entries that no runtime can apply: links to nothing, senseless whiteouts
 * - `limit`: more than reslim is willing to read
 * - `unchecked`: something reslim cannot look into
 */
export type FindingCode =
  | 'missing'
  | 'size'
  | 'digest'
  | 'document'
  | 'media-type'
  | 'platform'
  | 'diff-id'
  | 'history'
  | 'compression'
  | 'tar'
  | 'layer-rule'
  | 'limit'
  | 'unchecked';

/** Something about an image that is not as it should be. */
export interface Finding {
  /** An `error` breaks the specification or a promise; a `warning` is allowed, but asks for trouble. */
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  /** The document or layer, by short digest. */
  readonly where: string;
  /** One line. */
  readonly message: string;
}

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
