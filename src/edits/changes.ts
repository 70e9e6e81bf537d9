import type { AppliedEdit } from '../oci/document-edits.ts';
import type { JsonEdit } from '../oci/edit-json.ts';

/** Changes of one document: members to set, and what a report says of them. */
export interface Changes {
  readonly edits: readonly JsonEdit[];
  readonly applied: readonly AppliedEdit[];
}

export const NO_CHANGES: Changes = { edits: [], applied: [] };
