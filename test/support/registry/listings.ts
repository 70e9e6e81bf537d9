import type { Content, Manifest } from './content.ts';
import { existing, pageOf, requireDigest, sendBytes, type Exchange } from './exchange.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

const sendJson = (
  exchange: Exchange,
  value: object,
  headers: Readonly<Record<string, string>>,
): void =>
  sendBytes(
    exchange,
    200,
    { 'content-type': 'application/json', ...headers },
    Buffer.from(JSON.stringify(value)),
  );

export const answerTags = (content: Content, exchange: Exchange, pageSize: number): void => {
  const { tags } = existing(content, exchange.name);
  const { page, headers } = pageOf([...tags.keys()], exchange.url, pageSize);
  sendJson(exchange, { name: exchange.name, tags: page }, headers);
};

/** Of Docker's registries; no part of the specification. */
export const answerCatalog = (content: Content, exchange: Exchange, pageSize: number): void => {
  const { page, headers } = pageOf([...content.keys()], exchange.url, pageSize);
  sendJson(exchange, { repositories: page }, headers);
};

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers */
export const answerReferrers = (content: Content, exchange: Exchange, pageSize: number): void => {
  const { url, name, last } = exchange;
  const subject = requireDigest(last);
  const wanted = url.searchParams.get('artifactType');
  const found = new Map<string, object>();
  for (const [digest, manifest] of content.get(name)?.manifests ?? []) {
    const described = describe(digest, manifest);
    const isWanted = wanted === null || described.artifactType === wanted;
    if (manifest.document.subject?.digest === subject && isWanted) found.set(digest, described);
  }
  const { page, headers } = pageOf([...found.keys()], url, pageSize);
  const manifests = page.map((digest) => found.get(digest));
  sendJson(
    exchange,
    { schemaVersion: 2, mediaType: INDEX, manifests },
    {
      ...headers,
      'content-type': INDEX,
      ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }),
    },
  );
};

const describe = (digest: string, { bytes, mediaType, document }: Manifest) => {
  const { artifactType, config, annotations } = document;
  return {
    mediaType,
    digest,
    size: bytes.length,
    artifactType: artifactType ?? config?.mediaType,
    ...(annotations && { annotations }),
  };
};
