import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteManifest } from '../../../src/transport/registry/delete.ts';
import { openRepository } from '../../../src/transport/registry/repository.ts';
import { listRepositories, listTags } from '../../../src/transport/registry/listings.ts';
import { isolated } from './support/fast.ts';
import { makeImage } from './support/images.ts';
import { describeRegistries } from './support/registries.ts';
import type { Server } from './support/servers.ts';
import { collect, pullFrom, pushTo } from './support/transfer.ts';

describeRegistries('a registry', {}, (start) => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
    for (const name of ['list/one:1.0', 'list/one:2.0', 'list/two:1.0'])
      await pushTo(`${server.host}/${name}`, makeImage());
  });
  afterAll(() => server.close());

  test('lists tags and repositories', async () => {
    const repository = openRepository(
      { registry: server.host, repository: 'list/one' },
      ['pull'],
      isolated(),
    );
    expect((await collect(listTags(repository))).toSorted()).toEqual(['1.0', '2.0']);
    expect(await collect(listRepositories(repository.client))).toEqual(
      expect.arrayContaining(['list/one', 'list/two']),
    );
    await repository.client.close();
  });

  test('reports a repository that is missing', async () => {
    const repository = openRepository(
      { registry: server.host, repository: 'list/none' },
      ['pull'],
      isolated(),
    );
    await expect(collect(listTags(repository))).rejects.toMatchObject({ code: 'not-found' });
    await repository.client.close();
    await expect(pullFrom(`${server.host}/list/none:1.0`)).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(pullFrom(`${server.host}/list/one:9.9`)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('MANIFEST_UNKNOWN') as string,
    });
  });

  test('deletes a manifest with its tags', async () => {
    const image = makeImage();
    await pushTo(`${server.host}/list/gone:1.0`, image);
    const repository = openRepository(
      { registry: server.host, repository: 'list/gone' },
      ['pull', 'delete'],
      isolated(),
    );
    await deleteManifest(repository, image.root.digest);
    await expect(deleteManifest(repository, image.root.digest)).rejects.toMatchObject({
      code: 'not-found',
    });
    await repository.client.close();
    await expect(pullFrom(`${server.host}/list/gone:1.0`)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
