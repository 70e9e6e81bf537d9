import { DEFAULT_LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { Digester, digestOf } from '../oci/digest.ts';
import { OCI } from '../oci/media-type.ts';
import type { Reference } from '../oci/reference.ts';
import type { StoredBlob } from '../oci/store.ts';
import { provenanceOf } from '../report/provenance.ts';
import { VERSION } from '../base/version.ts';
import { jsonLines } from '../report/json-lines.ts';
import { reportDocument } from '../report/report-document.ts';
import { putBytes } from '../write/copy-blob.ts';
import type { SlimOptions } from '../api/options.ts';
import type { NamedDigest, SlimResult } from '../api/results.ts';
import { openBeside } from '../transport/open-beside.ts';
import type { OpenTargetOptions } from '../transport/open-target.ts';

/** What kind of artifact a statement is, for registries and scanners. */
const STATEMENT_TYPE = 'application/vnd.in-toto+json';
/** The document of docs/report.md. */
const REPORT_TYPE = 'application/vnd.reslim.report.v1+json';

export interface AttestOptions {
  readonly result: SlimResult;
  readonly options: SlimOptions;
  /** The new image, as the target will name it. */
  readonly root: Descriptor;
  readonly from: Reference;
  readonly place: Reference;
  readonly open: OpenTargetOptions;
}

/**
 * Attaches two referrers to the new image: where it comes from, as a statement in SLSA's words, and
 * the report of every decision. Neither holds a time or a path of this machine, so that the same run
 * makes the same bytes. They are not signed.
 */
export const attest = async (attestation: AttestOptions): Promise<void> => {
  const result = anonymous(attestation);
  const document = reportDocument(result, VERSION);
  const report = await attach(attestation, {
    type: REPORT_TYPE,
    annotations: {},
    content: () => jsonLines(document),
  });
  const statement = provenanceOf(result, attestation.options, {
    name: 'removal report',
    digest: report,
    mediaType: REPORT_TYPE,
  });
  await attach(attestation, {
    type: STATEMENT_TYPE,
    annotations: { 'in-toto.io/predicate-type': statement.predicateType },
    content: () => [JSON.stringify(statement)],
  });
};

/** Names of folders and files are the business of the machine they are on: digests tell enough. */
const anonymous = ({ result, from, place }: AttestOptions): SlimResult => ({
  ...result,
  source: nameFor(result.source, from),
  ...(result.target && { target: nameFor(result.target, place) }),
});

const nameFor = (named: NamedDigest, { kind }: Reference): NamedDigest =>
  kind === 'registry' ? named : { ...named, name: named.digest };

interface Attachment {
  readonly type: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Asked twice: the digest comes before the bytes. */
  readonly content: () => Iterable<string>;
}

/** Stores one document with a manifest that names the image as its subject. Returns its digest. */
const attach = async (
  { root, place, open }: AttestOptions,
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
      subject: { mediaType: root.mediaType, digest: root.digest, size: root.size },
      annotations,
    }),
  );
  const target = await openBeside(
    place,
    { digest: digestOf(manifest) },
    { limits: DEFAULT_LIMITS, ...open },
  );
  try {
    const { signal } = open;
    await putBytes(empty, OCI.empty, { target, signal });
    if (!(await target.has({ mediaType: type, ...layer })))
      await target.put(encode(content()), { mediaType: type, expected: layer, signal });
    const stored = await putBytes(manifest, OCI.manifest, { target, signal });
    await target.commit({ mediaType: OCI.manifest, ...stored, artifactType: type, annotations });
    return layer.digest;
  } finally {
    await target.close();
  }
};

const measure = (lines: Iterable<string>): StoredBlob => {
  const digester = new Digester();
  for (const line of lines) digester.update(Buffer.from(line));
  return { digest: digester.digest(), size: digester.size };
};

/** Lines are short: a chunk for each would be slow. */
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
