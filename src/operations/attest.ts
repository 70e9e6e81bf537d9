import { VERSION } from '../base/version.ts';
import type { SlimOptions } from '../api/options.ts';
import type { NamedDigest } from '../api/named-digest.ts';
import type { SlimResult } from '../api/results.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf, Digester } from '../oci/digest.ts';
import { OCI } from '../oci/media-type.ts';
import type { Reference } from '../oci/reference.ts';
import type { StoredBlob } from '../oci/store.ts';
import { jsonLines } from '../report/json-lines.ts';
import { provenanceOf } from '../report/provenance.ts';
import { reportDocument } from '../report/report-document.ts';
import { REPORT_TYPE, STATEMENT_TYPE } from './attestation-types.ts';
import { putBytes } from '../write/copy-blob.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';

export interface AttestOptions {
  readonly result: SlimResult;
  readonly options: SlimOptions;
  readonly source: SessionSource;
  readonly target: SessionTarget;
  readonly signal: AbortSignal | undefined;
}

/**
 * Attaches two referrers to a new image, by the descriptor it will have at the target: where it comes from,
 * as an in-toto statement with SLSA provenance, and the report of every decision. Neither contains a time or
 * a path of this machine, so the same run makes the same bytes. They are not signed.
 */
export const attestImage = async (image: Descriptor, options: AttestOptions): Promise<void> => {
  const result = withoutPaths(options);
  const document = reportDocument(result, VERSION);
  const report = await attach(image, options, {
    type: REPORT_TYPE,
    annotations: {},
    content: () => jsonLines(document),
  });
  const statement = provenanceOf(result, options.options, {
    name: 'removal report',
    digest: report,
    mediaType: REPORT_TYPE,
  });
  await attach(image, options, {
    type: STATEMENT_TYPE,
    annotations: { 'in-toto.io/predicate-type': statement.predicateType },
    content: () => [JSON.stringify(statement)],
  });
};

/** Names images outside registries by their digest: paths of this machine mean nothing elsewhere. */
const withoutPaths = ({ result, source, target }: AttestOptions): SlimResult => ({
  ...result,
  source: publicName(result.source, source.reference),
  ...(result.target && {
    target: publicName({ ...result.target, name: target.name }, target.reference),
  }),
  targets: [],
  // What it is compared with may be on this machine, and tomorrow another image.
  check: undefined,
});

const publicName = (named: NamedDigest, { kind }: Reference): NamedDigest =>
  kind === 'registry' ? named : { ...named, name: named.digest };

interface Attachment {
  readonly type: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Called twice: first to compute the digest, then to store the bytes. */
  readonly content: () => Iterable<string>;
}

/** Stores one document, and a manifest with the image as its subject. Returns the document's digest. */
const attach = async (
  image: Descriptor,
  { target, signal }: AttestOptions,
  { type, annotations, content }: Attachment,
): Promise<StoredBlob['digest']> => {
  const layer = measure(content());
  const empty = Buffer.from('{}');
  const config = { mediaType: OCI.empty, digest: digestOf(empty), size: empty.length };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI.manifest,
      artifactType: type,
      config,
      layers: [{ mediaType: type, ...layer, annotations }],
      subject: { mediaType: image.mediaType, digest: image.digest, size: image.size },
      annotations,
    }),
  );
  const place = await target.openBeside({ digest: digestOf(manifest) });
  try {
    await putBytes(empty, OCI.empty, { target: place, signal });
    if (!(await place.has({ mediaType: type, ...layer })))
      await place.put(encode(content()), { mediaType: type, expected: layer, signal });
    const stored = await putBytes(manifest, OCI.manifest, { target: place, signal });
    await place.commit({ mediaType: OCI.manifest, ...stored, artifactType: type, annotations });
    return layer.digest;
  } finally {
    await place.close();
  }
};

const measure = (lines: Iterable<string>): StoredBlob => {
  const digester = new Digester();
  for (const line of lines) digester.update(Buffer.from(line));
  return { digest: digester.digest(), size: digester.size };
};

/** Joins lines to chunks of 64 KiB, since a chunk for each line would be slow. */
async function* encode(lines: Iterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting = '';
  for (const line of lines) {
    waiting += line;
    if (waiting.length < 65_536) continue;
    yield Buffer.from(waiting);
    waiting = '';
  }
  if (waiting !== '') yield Buffer.from(waiting);
}
