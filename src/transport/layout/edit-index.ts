import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, type JSONPath } from 'jsonc-parser';
import type { Descriptor } from '../../oci/descriptor.ts';
import { parseJson, type JsonObject } from '../../oci/json.ts';
import { readIndex } from '../../oci/manifest.ts';
import { OCI } from '../../oci/media-type.ts';
import { tryImageName } from '../../oci/image-name.ts';
import { IMAGE_NAME, REF_NAME, type SourceName } from '../opened-source.ts';

/** The index of a layout without images. */
export const EMPTY_INDEX: Uint8Array = Buffer.from(
  JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests: [] }),
);

/**
 * Puts an image into the bytes of an `index.json` under each of its names: in place of the entry
 * that had the name, or at the end. All other bytes stay as they are. An image without a name
 * takes the place of an equal one, or is added.
 */
export const editIndex = (
  bytes: Uint8Array,
  root: Descriptor,
  names: readonly SourceName[],
): Uint8Array => {
  const wanted = names.length === 0 ? [undefined] : names.map(completeName);
  const edited = wanted.reduce(
    (text, name) => putEntry(text, root, name),
    Buffer.from(bytes).toString('utf8'),
  );
  const { schemaVersion } = parseJson(Buffer.from(edited), 'index.json');
  return Buffer.from(schemaVersion === 2 ? edited : edit(edited, ['schemaVersion'], 2));
};

/** The same bytes without the entries that have one of the names. */
export const removeEntries = (bytes: Uint8Array, names: ReadonlySet<string>): Uint8Array => {
  const text = Buffer.from(bytes).toString('utf8');
  const entries = entriesOf(text);
  const isGone = ({ annotations }: Descriptor): boolean => names.has(annotations?.[REF_NAME] ?? '');
  const gone = entries.flatMap((entry, at) => (isGone(entry) ? [at] : []));
  const staying = entries.filter((entry) => !isGone(entry));
  const raw = staying.map((entry) => entry.raw);
  const edited = withoutAt(text, gone);
  if (edited !== undefined && holds(edited, raw)) return Buffer.from(edited);
  return Buffer.from(JSON.stringify({ ...parseJson(bytes, 'index.json'), manifests: raw }));
};

/** A layout needs a `ref.name`; one that only has an image name gets its tag. */
const completeName = ({ refName, imageName }: SourceName): SourceName => ({
  refName:
    refName ?? (imageName === undefined ? undefined : (tryImageName(imageName)?.tag ?? 'latest')),
  imageName,
});

const putEntry = (text: string, root: Descriptor, name: SourceName | undefined): string => {
  const entries = entriesOf(text);
  const entry = entryFor(root, name);
  const others = entries.filter((there) => !isSameImage(there, root, name));
  const same = entries.flatMap((there, at) => (isSameImage(there, root, name) ? [at] : []));
  const edited = editInPlace(text, entry, same, entries.length);
  return edited !== undefined && holds(edited, [...others.map(({ raw }) => raw), entry])
    ? edited
    : rewrite(text, entry, others);
};

/** Replaces the first of the entries at `same` and removes the others, or appends. */
const editInPlace = (
  text: string,
  entry: JsonObject,
  [first, ...others]: readonly number[],
  count: number,
): string | undefined => {
  const trimmed = withoutAt(text, others);
  return (
    trimmed &&
    tryEdit(() =>
      count === 0
        ? edit(trimmed, ['manifests'], [entry])
        : edit(trimmed, ['manifests', first ?? APPEND], entry),
    )
  );
};

const withoutAt = (text: string, places: readonly number[]): string | undefined =>
  tryEdit(() => places.reduceRight((rest, at) => edit(rest, ['manifests', at], undefined), text));

/** `undefined` where the editor fails: it differs from JSON.parse where a member is there twice. */
const tryEdit = (action: () => string): string | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

const edit = (text: string, path: JSONPath, value: unknown): string =>
  applyEdits(text, modify(text, path, value, { isArrayInsertion: path.at(-1) === APPEND }));

/** What jsonc-parser calls the place after the last element. */
const APPEND = -1;

const rewrite = (text: string, entry: JsonObject, others: readonly Descriptor[]): string =>
  JSON.stringify({
    ...parseJson(Buffer.from(text), 'index.json'),
    manifests: [...others.map(({ raw }) => raw), entry],
  });

/** Whether the index lists exactly these, in any order. */
const holds = (text: string, entries: readonly unknown[]): boolean => {
  const found = entriesOf(text).map(({ raw }) => JSON.stringify(raw));
  return isDeepStrictEqual(
    found.toSorted(),
    entries.map((entry) => JSON.stringify(entry)).toSorted(),
  );
};

const entriesOf = (text: string): readonly Descriptor[] =>
  readIndex(Buffer.from(text), OCI.index, 'index.json').manifests;

const isSameImage = (
  { annotations, digest }: Descriptor,
  root: Descriptor,
  name: SourceName | undefined,
): boolean => {
  const refName = annotations?.[REF_NAME];
  const imageName = annotations?.[IMAGE_NAME];
  if (name === undefined)
    return digest === root.digest && refName === undefined && imageName === undefined;
  return (
    refName === name.refName &&
    (imageName === undefined || name.imageName === undefined || imageName === name.imageName)
  );
};

const entryFor = (root: Descriptor, name: SourceName | undefined): JsonObject => {
  const { [REF_NAME]: _ref, [IMAGE_NAME]: _image, ...rest } = root.annotations ?? {};
  const annotations = {
    ...rest,
    ...(name?.imageName !== undefined && { [IMAGE_NAME]: name.imageName }),
    ...(name?.refName !== undefined && { [REF_NAME]: name.refName }),
  };
  return {
    mediaType: root.mediaType,
    digest: root.digest,
    size: root.size,
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(root.platform && { platform: rawPlatform(root) }),
    ...(root.artifactType !== undefined && { artifactType: root.artifactType }),
  };
};

const rawPlatform = ({ platform, raw }: Descriptor): unknown =>
  raw?.['platform'] ?? {
    architecture: platform?.architecture,
    os: platform?.os,
    ...(platform?.osVersion !== undefined && { 'os.version': platform.osVersion }),
    ...(platform?.osFeatures !== undefined && { 'os.features': platform.osFeatures }),
    ...(platform?.variant !== undefined && { variant: platform.variant }),
  };
