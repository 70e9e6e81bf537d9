import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ReslimError } from '../../src/base/errors.ts';
import { deleteImages } from '../../src/operations/delete-images.ts';
import { tags } from '../../src/operations/tags.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { makeImage, makeIndex } from '../transport/registry/support/images.ts';
import { describePlainRegistries } from '../transport/registry/support/registries.ts';
import { startDistribution, type Server } from '../transport/registry/support/servers.ts';
import { pullFrom, pushTo } from '../transport/registry/support/transfer.ts';
import { named, sampleImage, writeLayout } from '../transport/support/sample-image.ts';

const imageOf = (word: string) => makeImage({ layers: [Buffer.from(word)] });

describePlainRegistries('a repository', {}, (start) => {
  let server: Server;
  let repository: string;
  let count = 0;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.close());
  beforeEach(() => {
    repository = `${server.host}/shop/app${count++}`;
  });

  const tagsOf = async (): Promise<readonly string[]> =>
    (await tags({ repository, network })).tags.map(({ tag }) => tag);
  const remove = (names: readonly string[], options = {}) =>
    deleteImages({
      images: names.map((name) => `docker://${repository}${name}`),
      network,
      ...options,
    });

  test('is listed by name, pattern and age, without signatures', async () => {
    const image = imageOf('one');
    const signature = `sha256-${'a'.repeat(64)}.sig`;
    for (const tag of ['1.9', '1.10', '2.0', 'latest', signature])
      await pushTo(`${repository}:${tag}`, tag === 'latest' ? image : imageOf(tag));
    const list = (options: object) => tags({ repository, network, ...options });
    expect((await list({})).tags.map(({ tag }) => tag)).toEqual(['1.10', '1.9', '2.0', 'latest']);
    expect(await list({})).toMatchObject({ name: repository, total: 5 });
    const tagsFor = async (options: object) => (await list(options)).tags.map(({ tag }) => tag);
    expect(await tagsFor({ newest: 2 })).toEqual(['1.10', '2.0']);
    expect(await tagsFor({ tags: ['^1'], newest: 1 })).toEqual(['1.10']);
    expect(await tagsFor({ tags: ['latest', 'missing'] })).toEqual(['latest']);
    expect(await list({ tags: ['latest'], digests: true })).toMatchObject({
      tags: [{ tag: 'latest', digest: image.root.digest, mediaType: image.root.mediaType }],
    });
  });

  test('loses a tag, and what else stands for the image is told before', async () => {
    const image = imageOf('one');
    await pushTo(`${repository}:1`, image);
    await pushTo(`${repository}:same`, image);
    await pushTo(`${repository}:2`, imageOf('two'));
    expect(await remove([':1', ':2'], { dryRun: true })).toMatchObject({
      dryRun: true,
      images: [
        { name: `${repository}:1`, digest: image.root.digest, sameImage: ['same'], status: 'done' },
        { name: `${repository}:2`, sameImage: [], status: 'done' },
      ],
    });
    expect(await tagsOf()).toHaveLength(3);
    const { images } = await remove([':1', ':2']);
    const failed = images.filter(({ status }) => status === 'failed');
    // Where the registry deletes images alone, the tag stays.
    if (failed.length > 0)
      expect(failed).toMatchObject([
        {
          name: `${repository}:1`,
          reason: expect.stringContaining('other tags lead to that of 1: same') as string,
          hint: expect.stringContaining('--all-tags') as string,
        },
      ]);
    expect(await tagsOf()).toEqual(failed.length > 0 ? ['1', 'same'] : ['same']);
    await pullFrom(`${repository}:same`);
  });

  test('loses all tags of an image where that is asked for', async () => {
    const image = imageOf('one');
    for (const tag of ['1', 'same']) await pushTo(`${repository}:${tag}`, image);
    await pushTo(`${repository}:2`, imageOf('two'));
    const { images } = await remove([':1'], { allTags: true });
    expect(images.map(({ name, status }) => [name, status])).toEqual([
      [`${repository}:1`, 'done'],
      [`${repository}:same`, 'done'],
    ]);
    expect(await tagsOf()).toEqual(['2']);
    await pullFrom(`${repository}:2`);
  });

  test('keeps an image by digest that has tags, or is in an index', async () => {
    const [image, other] = [imageOf('one'), imageOf('two')];
    for (const tag of ['1', 'same']) await pushTo(`${repository}:${tag}`, image);
    const index = makeIndex([other, imageOf('three')]);
    await pushTo(`${repository}:all`, index);
    await expect(remove([`@${image.root.digest}`])).rejects.toMatchObject({
      code: 'usage',
      message: `${image.root.digest.slice(0, 19)} would take its tags away: 1, same, ${repository}`,
      hint: '--all-tags lets them go as well',
    });
    await expect(remove([`@${other.root.digest}`], { allTags: true })).rejects.toMatchObject({
      message: expect.stringContaining('is in the index of all, which would be broken') as string,
    });
    expect(await tagsOf()).toEqual(['1', 'all', 'same']);
    await pullFrom(`${repository}:all`);
    const { images } = await remove([`@${image.root.digest}`], { allTags: true });
    expect(images.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(await tagsOf()).toEqual(['all']);
  });

  test('is not touched where one of several images is missing', async () => {
    await pushTo(`${repository}:1`, imageOf('one'));
    await expect(remove([':1', ':2'])).rejects.toMatchObject({
      code: 'not-found',
      message: `no such tag, docker://${repository}:2`,
    });
    expect(await tagsOf()).toEqual(['1']);
  });

  test('loses a tag with a digest only while it stands for that', async () => {
    const [one, two] = [imageOf('one'), imageOf('two')];
    await pushTo(`${repository}:1`, one);
    await pushTo(`${repository}:2`, two);
    await expect(remove([`:1@${two.root.digest}`])).rejects.toMatchObject({ code: 'mismatch' });
    await remove([`:1@${one.root.digest}`]);
    expect(await tagsOf()).toEqual(['2']);
  });
});

describe.runIf(requireTools('docker-registry'))('a registry that does not allow deletion', () => {
  test('says so for each image, with a hint', async () => {
    const server = await startDistribution({ allowsDeletion: false, isInMemory: true });
    try {
      const repository = `${server.host}/kept/app`;
      await pushTo(`${repository}:1`, imageOf('one'));
      const { images } = await deleteImages({ images: [`docker://${repository}:1`], network });
      expect(images).toMatchObject([
        {
          status: 'failed',
          reason: expect.stringContaining('does not allow this deletion') as string,
          hint: expect.stringContaining('storage.delete.enabled') as string,
        },
      ]);
    } finally {
      await server.close();
    }
  });
});

test('a tag of a layout is deleted, and its digest is no name there', async () => {
  const folder = tempFolder();
  const image = await sampleImage(['one']);
  const layout = join(folder, 'app');
  await writeLayout(layout, [image], [named(image, '1'), named(image, '2')]);
  expect(await deleteImages({ images: [`oci:${layout}:1`], dryRun: true, network })).toMatchObject({
    images: [{ name: `oci:${layout}:1`, sameImage: ['2'] }],
  });
  const { images } = await deleteImages({ images: [`oci:${layout}:1`], network });
  expect(images).toMatchObject([{ status: 'done' }]);
  await expect(
    deleteImages({ images: [`oci:${layout}@${image.root.digest}`], network }),
  ).rejects.toBeInstanceOf(ReslimError);
  await expect(deleteImages({ images: [`oci:${layout}`], network })).rejects.toMatchObject({
    message: `neither a tag nor a digest is named: oci:${layout}`,
  });
  await expect(deleteImages({ images: ['docker-archive:x.tar'], network })).rejects.toMatchObject({
    code: 'usage',
  });
});
