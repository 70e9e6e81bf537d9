import { readConfig, type Config } from './config.ts';
import { digestOf } from './digest.ts';
import { editJson, type JsonEdit } from './edit-json.ts';
import type { Document } from './manifest.ts';

/**
 * Sets members of a config. The same document where all of it is there already. Throws as `editJson` does.
 */
export const editConfigDocument = (
  document: Document<Config>,
  edits: readonly JsonEdit[],
): Document<Config> => {
  const { bytes, descriptor } = document;
  const where = `config of ${descriptor.digest}`;
  const edited = editJson(bytes, edits, where);
  if (edited === bytes) return document;
  return {
    bytes: edited,
    value: readConfig(edited, where),
    descriptor: { ...descriptor, digest: digestOf(edited), size: edited.length },
  };
};
