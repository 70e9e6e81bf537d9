import { expect, test } from 'vitest';
import { DOCKER, OCI } from '../../src/oci/media-type.ts';
import { rewriteManifest, type RewriteManifestOptions } from '../../src/write/rewrite-manifest.ts';
import type { WrittenLayer } from '../../src/write/write-layer.ts';
import { digestLike, manifestOf, parsed } from '../support/documents.ts';

const GZIP = `${OCI.layer}+gzip`;

const SOURCE = {
  schemaVersion: 2,
  mediaType: OCI.manifest,
  config: { mediaType: OCI.config, digest: digestLike('c'), size: 7, 'com.example': 1 },
  layers: [
    {
      mediaType: GZIP,
      digest: digestLike('1'),
      size: 10,
      annotations: { 'org.example.note': 'kept', 'io.containers.estargz.toc.digest': 'of bytes' },
    },
    { mediaType: GZIP, digest: digestLike('2'), size: 20, 'com.example': 'unknown' },
  ],
  annotations: { 'org.example.of': 'the image' },
};

const written = (digit: string, from: number | undefined): WrittenLayer => ({
  descriptor: { mediaType: GZIP, digest: digestLike(digit), size: 5 },
  diffId: digestLike(digit),
  unpackedSize: 9,
  from,
  carried: false,
});

const carried = (from: number): WrittenLayer => ({
  ...written('0', from),
  descriptor: manifestOf(SOURCE).value.layers[from] as WrittenLayer['descriptor'],
  carried: true,
});

const rewrite = (
  layers: readonly WrittenLayer[],
  more: Partial<RewriteManifestOptions> = {},
  source = manifestOf(SOURCE),
) =>
  parsed(
    rewriteManifest(source, {
      manifestType: source.value.mediaType,
      config: { digest: digestLike('d'), size: 8 },
      layers,
      toOci: false,
      annotations: {},
      ...more,
    }),
  );

test('a manifest gets its new config and layers, and keeps all else', () => {
  expect(rewrite([written('a', undefined)], { annotations: { 'dev.example.by': 'test' } })).toEqual(
    {
      ...SOURCE,
      config: { ...SOURCE.config, digest: digestLike('d'), size: 8 },
      layers: [{ mediaType: GZIP, digest: digestLike('a'), size: 5 }],
      annotations: { ...SOURCE.annotations, 'dev.example.by': 'test' },
    },
  );
});

test('a manifest whose annotations are null, as Go writes none, gets those of this run', () => {
  const source = manifestOf({ ...SOURCE, annotations: null });
  expect(
    rewrite([written('a', undefined)], { annotations: { 'dev.example.by': 'test' } }, source),
  ).toMatchObject({ annotations: { 'dev.example.by': 'test' } });
});

test('a carried layer keeps its descriptor as it was', () => {
  expect(rewrite([carried(0), carried(1)])['layers']).toEqual(SOURCE.layers);
});

test('a rewritten layer keeps annotations, except those that describe its old bytes', () => {
  expect(rewrite([written('a', 0), written('b', 1)])['layers']).toEqual([
    {
      mediaType: GZIP,
      digest: digestLike('a'),
      size: 5,
      annotations: { 'org.example.note': 'kept' },
    },
    { mediaType: GZIP, digest: digestLike('b'), size: 5 },
  ]);
});

const DOCKER_SOURCE = manifestOf(
  {
    schemaVersion: 2,
    mediaType: DOCKER.manifest,
    config: { mediaType: DOCKER.config, digest: digestLike('c'), size: 7 },
    layers: [{ mediaType: `${DOCKER.layer}.gzip`, digest: digestLike('1'), size: 10 }],
  },
  DOCKER.manifest,
);

test('a Docker manifest keeps its type', () => {
  const document = rewrite([written('a', 0)], {}, DOCKER_SOURCE);
  expect(document).not.toHaveProperty('annotations');
  expect(document['mediaType']).toBe(DOCKER.manifest);
});

test('a Docker manifest that becomes an OCI one gets OCI types throughout', () => {
  const [first] = DOCKER_SOURCE.value.layers;
  const kept = { ...carried(0), descriptor: first as WrittenLayer['descriptor'] };
  const options = { manifestType: OCI.manifest, toOci: true };
  expect(rewrite([kept, written('b', undefined)], options, DOCKER_SOURCE)).toMatchObject({
    mediaType: OCI.manifest,
    config: { mediaType: OCI.config },
    layers: [
      { mediaType: GZIP, digest: digestLike('1'), size: 10 },
      { mediaType: GZIP, digest: digestLike('b') },
    ],
  });
});
