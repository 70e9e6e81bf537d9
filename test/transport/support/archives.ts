import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pack, type Header } from 'tar-stream';
import { expect, onTestFinished } from 'vitest';
import { digestOf, hexOf } from '../../../src/oci/digest.ts';
import { imagesOf } from '../../../src/oci/image.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { verified } from '../../../src/oci/verified.ts';
import { openSource } from '../../../src/transport/open-source.ts';
import { openTarget } from '../../../src/transport/open-target.ts';
import { readImage } from '../../../src/transport/read-image.ts';
import { json, putAll, readAll, tarOf, type SampleImage } from './sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export const open = async (text: string, options = {}) => {
  const source = await openSource(parseReference(text), options);
  onTestFinished(() => source.close());
  return source;
};

/** Opens, reads every document and every byte of every layer, verified; returns the diffIds. */
export const readThrough = async (text: string, options = {}) => {
  const source = await open(text, options);
  const image = imagesOf(await readImage(source, options))[0];
  for (const layer of image?.document.value.layers ?? []) {
    const streamed = await readAll(verified(source.open(layer), layer));
    const range = await source.locate?.(layer);
    if (!range) continue;
    expect(
      (await readFile(range.path))
        .subarray(range.offset, range.offset + range.size)
        .equals(streamed),
    ).toBe(true);
  }
  return { source, diffIds: image?.config.value.diffIds };
};

export const write = async (
  text: string,
  image: SampleImage,
  options: Parameters<typeof openTarget>[1] = {},
) => {
  const target = await openTarget(parseReference(text), options);
  try {
    await putAll(target, image);
    await target.commit(image.root);
  } finally {
    await target.close();
  }
};

export const diffIdsOf = ({ blobs }: SampleImage) =>
  (
    JSON.parse(Buffer.from(blobs.at(-2)?.bytes ?? '').toString()) as {
      rootfs: { diff_ids: string[] };
    }
  ).rootfs.diff_ids;

export type RawEntry = Partial<Header> & {
  readonly name: string;
  readonly body?: Uint8Array | string;
};

export const rawTar = async (entries: readonly RawEntry[]): Promise<Buffer> => {
  const tar = pack();
  for (const { body, ...header } of entries)
    tar.entry({ mtime: new Date(0), ...header }, body as string);
  tar.finalize();
  return readAll(tar as AsyncIterable<Uint8Array>);
};

export const blobEntries = (image: SampleImage): RawEntry[] =>
  image.blobs.map(({ descriptor, bytes }) => ({
    name: `blobs/sha256/${hexOf(descriptor.digest)}`,
    body: bytes,
  }));

export const ociEntries = (
  image: SampleImage,
  entries: readonly object[] = [image.root],
): RawEntry[] => [
  ...blobEntries(image),
  { name: 'index.json', body: json({ schemaVersion: 2, manifests: entries }) },
  { name: 'oci-layout', body: '{"imageLayoutVersion":"1.0.0"}' },
];

/** As `docker save` wrote it up to version 24. */
export const oldDocker = async (
  words: readonly string[],
  repoTags: readonly string[] | null = null,
) => {
  const layers = await Promise.all(words.map((word) => tarOf({ [`${word}.txt`]: word })));
  const config = json({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: layers.map((tar) => digestOf(tar)) },
  });
  const configName = `${hexOf(digestOf(config))}.json`;
  const ids = layers.map((tar) => hexOf(digestOf(tar)));
  return {
    image: { Config: configName, RepoTags: repoTags, Layers: ids.map((id) => `${id}/layer.tar`) },
    entries: [
      { name: configName, body: config },
      ...layers.map((tar, at) => ({ name: `${ids[at]}/layer.tar`, body: tar })),
    ] as RawEntry[],
    diffIds: layers.map((tar) => digestOf(tar)),
  };
};

export const saveTar = async (name: string, entries: readonly RawEntry[]) => {
  const path = join(tempFolder(), name);
  await writeFile(path, await rawTar(entries));
  return path;
};
