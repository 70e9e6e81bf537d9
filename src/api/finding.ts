/**
 * What a finding is about; a closed list that scripts may rely on.
 *
 * - `missing`: a blob that is named does not exist
 * - `size`, `digest`: stored bytes are not what their descriptor says
 * - `document`: an index, manifest or config that cannot be read
 * - `media-type`: a type that does not fit the bytes, the document or its family
 * - `platform`: an index and a config disagree about what an image runs on
 * - `diff-id`: decompressed bytes do not match the config, or its list is too short or too long
 * - `history`: the number of build steps with files is not the number of layers
 * - `compression`: bytes that do not decompress
 * - `tar`: a layer that is no tar, or breaks its rules
 * - `layer-rule`: entries that no runtime can apply, such as links to a missing file
 * - `limit`: more than reslim reads
 * - `unchecked`: something reslim cannot check
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

/** Something in an image that is not as it should be. */
export interface Finding {
  /** An `error` breaks the specification or contradicts a digest or size; a `warning` is allowed, but risky. */
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  /** The document or layer, by short digest. */
  readonly where: string;
  /** One line. */
  readonly message: string;
}
