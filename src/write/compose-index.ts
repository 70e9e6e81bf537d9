import type { Document, Index } from '../oci/manifest.ts';
import { editJson, type JsonEdit } from '../oci/edit-json.ts';
import type { JsonObject } from '../oci/json.ts';
import { DOCKER, isDockerType, OCI } from '../oci/media-type.ts';

export interface ComposeIndexOptions {
  /** The index that is changed. @default a new one is written */
  readonly base: Document<Index> | undefined;
  /** Descriptors as they will stand in it. */
  readonly manifests: readonly JsonObject[];
  /** Of the index: to set, or to remove where there is no value. */
  readonly annotations: Readonly<Record<string, string | undefined>>;
  /** Whether the target takes OCI's types alone. */
  readonly isOciOnly: boolean | undefined;
}

/**
 * The bytes of an index. Of one that is changed, all else stays as it was. It is one of Docker's only where all it names
 * is Docker's, and nothing in it has annotations.
 */
export const composeIndex = ({
  base,
  manifests,
  annotations,
  isOciOnly,
}: ComposeIndexOptions): { readonly bytes: Uint8Array; readonly mediaType: string } => {
  const set = Object.entries(annotations).filter(([, text]) => text !== undefined);
  const isPlainDocker =
    !isOciOnly &&
    set.length === 0 &&
    (base === undefined || base.value.mediaType === DOCKER.index) &&
    manifests.every(
      ({ mediaType, annotations: own }) => own === undefined && isDockerType(String(mediaType)),
    );
  const mediaType = isPlainDocker ? DOCKER.index : OCI.index;
  if (!base) {
    const document = {
      schemaVersion: 2,
      mediaType,
      manifests,
      ...(set.length > 0 && { annotations: Object.fromEntries(set) }),
    };
    return { bytes: Buffer.from(JSON.stringify(document)), mediaType };
  }
  const where = `index ${base.descriptor.digest}`;
  const edits: JsonEdit[] = [
    [['schemaVersion'], 2],
    [['manifests'], manifests],
  ];
  if (mediaType !== base.value.mediaType) edits.push([['mediaType'], mediaType]);
  for (const [key, text] of Object.entries(annotations)) edits.push([['annotations', key], text]);
  return { bytes: editJson(base.bytes, edits, where), mediaType };
};
