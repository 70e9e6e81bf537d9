import { expect, test } from 'vitest';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import type { Image, ImageNode } from '../../src/oci/image.ts';
import { carryNode } from '../../src/write/carry-node.ts';
import { rewriteNode } from '../../src/write/rewrite-node.ts';
import { attestationIn, digestLike, imageIn, indexIn, parsed } from '../support/documents.ts';
import { memoryStore, type MemoryStore } from '../support/memory.ts';

const SLIM: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestLike('5'),
  size: 5,
};

const optionsFor = (source: MemoryStore, target: MemoryStore, root: Descriptor) => ({
  source: { ...source, root },
  target,
});

interface Rewritten {
  readonly descriptor: Descriptor;
  readonly target: MemoryStore;
  readonly notes: readonly string[];
}

/** Rewrites with images that become `SLIM` where they are in the list. */
const rewrite = async (
  source: MemoryStore,
  node: ImageNode,
  changed: readonly Image[],
): Promise<Rewritten> => {
  const target = memoryStore();
  const notes: string[] = [];
  const options = optionsFor(source, target, SLIM);
  const descriptor = await rewriteNode(node, {
    ...options,
    recipe: { text: 'reslim test' },
    rewriteImage: (image) =>
      changed.includes(image) ? Promise.resolve(SLIM) : carryNode(image, options),
    onNote: (note) => notes.push(note),
  });
  return { descriptor, target, notes };
};

test('an image is carried with all its blobs and documents', async () => {
  const source = memoryStore();
  const image = imageIn(source, 'one', 'two');
  const target = memoryStore();
  const { descriptor } = image.document;
  expect(await carryNode(image, optionsFor(source, target, descriptor))).toEqual(descriptor);
  expect(target.blobs).toEqual(source.blobs);
});

test('an index is carried with all it names, attestations and their blobs included', async () => {
  const source = memoryStore();
  const image = imageIn(source, 'one');
  const index = indexIn(source, [image, attestationIn(source, image.document.descriptor.digest)]);
  const target = memoryStore();
  await carryNode(index, optionsFor(source, target, index.document.descriptor));
  expect(target.blobs).toEqual(source.blobs);
});

test('a layer that an image names twice is copied once', async () => {
  const source = memoryStore();
  const image = imageIn(source, 'same', 'same');
  const target = memoryStore();
  let puts = 0;
  const counting: MemoryStore = {
    ...target,
    put: async (content, options) => {
      puts++;
      return target.put(content, options);
    },
  };
  await carryNode(image, optionsFor(source, counting, image.document.descriptor));
  // The layer, the config and the manifest.
  expect(puts).toBe(3);
});

test('a blob that is damaged at the source is not carried', async () => {
  const source = memoryStore();
  const image = imageIn(source, 'one');
  const [layer] = image.document.value.layers;
  if (layer) source.blobs.set(layer.digest, Buffer.from('two'));
  const target = memoryStore();
  const carried = carryNode(image, optionsFor(source, target, image.document.descriptor));
  await expect(carried).rejects.toMatchObject({ code: 'mismatch' });
});

test('an index whose images stay the same is carried byte for byte', async () => {
  const source = memoryStore();
  const index = indexIn(source, [imageIn(source, 'one'), imageIn(source, 'two')]);
  const { descriptor, target, notes } = await rewrite(source, index, []);
  expect(descriptor).toEqual(index.document.descriptor);
  expect(target.blobs).toEqual(source.blobs);
  expect(notes).toEqual([]);
});

test('an index names the new descriptor of an image that changed', async () => {
  const source = memoryStore();
  const [one, two] = [imageIn(source, 'one'), imageIn(source, 'two')];
  const { descriptor, target } = await rewrite(source, indexIn(source, [one, two]), [two]);
  const written = parsed(target.blobs.get(descriptor.digest) ?? Buffer.from(''));
  expect(written['manifests']).toMatchObject([
    { digest: one.document.descriptor.digest },
    { digest: SLIM.digest, size: SLIM.size },
  ]);
});

test('an attestation of an image that changed is left out with a note, others are carried', async () => {
  const source = memoryStore();
  const [one, two] = [imageIn(source, 'one'), imageIn(source, 'two')];
  const [ofOne, ofTwo] = [one, two].map((image) =>
    attestationIn(source, image.document.descriptor.digest),
  ) as [ReturnType<typeof attestationIn>, ReturnType<typeof attestationIn>];
  // An attestation may stand before the image it speaks of.
  const index = indexIn(source, [ofTwo, one, two, ofOne]);
  const { descriptor, target, notes } = await rewrite(source, index, [two]);
  const written = parsed(target.blobs.get(descriptor.digest) ?? Buffer.from(''));
  expect((written['manifests'] as Descriptor[]).map(({ digest }) => digest)).toEqual([
    one.document.descriptor.digest,
    SLIM.digest,
    ofOne.descriptor.digest,
  ]);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^attestation sha256:\w+ is left out: /);
  expect(target.blobs.has(ofOne.blobs[0]?.digest as never)).toBe(true);
  expect(target.blobs.has(ofTwo.blobs[0]?.digest as never)).toBe(false);
});
