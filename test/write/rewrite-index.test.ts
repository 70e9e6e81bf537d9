import { expect, test } from 'vitest';
import { DOCKER, OCI } from '../../src/oci/media-type.ts';
import { indexTypeFor, rewriteIndex } from '../../src/write/rewrite-index.ts';
import { digestLike, indexOf, parsed } from '../support/documents.ts';

const AMD = {
  mediaType: OCI.manifest,
  digest: digestLike('1'),
  size: 10,
  platform: { os: 'linux', architecture: 'amd64', 'com.example': 'unknown' },
  annotations: { note: 'kept' },
};
const ARM = {
  mediaType: OCI.manifest,
  digest: digestLike('2'),
  size: 20,
  platform: { os: 'linux', architecture: 'arm64' },
};
const SOURCE = {
  schemaVersion: 2,
  mediaType: OCI.index,
  manifests: [AMD, ARM],
  annotations: { of: 'the index' },
};

/** What a rewritten index says of how it was made. */
const recipe = { text: 'reslim test' };
const MADE_FROM = {
  'dev.reslim.source.digest': indexOf(SOURCE).descriptor.digest,
  'dev.reslim.recipe': 'reslim test',
};

const child = (digit: string, mediaType: string = OCI.manifest) => ({
  mediaType,
  digest: digestLike(digit),
  size: 5,
});

test('a child that changed keeps the platform and the annotations of its place', () => {
  const bytes = rewriteIndex(indexOf(SOURCE), [child('a'), ARM], { mediaType: OCI.index, recipe });
  expect(parsed(bytes)).toEqual({
    ...SOURCE,
    annotations: { ...SOURCE.annotations, ...MADE_FROM },
    manifests: [{ ...AMD, digest: digestLike('a'), size: 5 }, ARM],
  });
});

test('a child without a new descriptor is left out', () => {
  const bytes = rewriteIndex(indexOf(SOURCE), [undefined, child('b')], {
    mediaType: OCI.index,
    recipe,
  });
  expect(parsed(bytes)['manifests']).toEqual([{ ...ARM, digest: digestLike('b'), size: 5 }]);
});

test('an index whose children are the same keeps its bytes but for how it was made', () => {
  const list = { ...SOURCE, mediaType: DOCKER.index, annotations: undefined };
  const source = indexOf(`${JSON.stringify(list, undefined, 3)}\n`, DOCKER.index);
  const bytes = rewriteIndex(source, [AMD, ARM], { mediaType: DOCKER.index, recipe });
  expect(bytes).toBe(source.bytes);
});

test('a Docker list stays one until it names an OCI manifest', () => {
  const list = indexOf({ ...SOURCE, mediaType: DOCKER.index }, DOCKER.index);
  const docker = child('a', DOCKER.manifest);
  expect(indexTypeFor(list, [docker, undefined], {})).toBe(DOCKER.index);
  expect(indexTypeFor(list, [docker, child('b')], {})).toBe(OCI.index);
  expect(indexTypeFor(indexOf(SOURCE), [docker], {})).toBe(OCI.index);
  expect(
    parsed(rewriteIndex(list, [child('a'), ARM], { mediaType: OCI.index, recipe }))['mediaType'],
  ).toBe(OCI.index);
});
