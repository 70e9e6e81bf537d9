import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/base/limits.ts';
import { parseReference, type EngineReference } from '../../../src/oci/reference.ts';
import { openEngine, type EngineClient } from '../../../src/transport/engine/engine-client.ts';
import { inspectImage, saveImage, tagImage } from '../../../src/transport/engine/engine-images.ts';
import { openEngineSource } from '../../../src/transport/engine/open-engine-source.ts';
import { loadImage } from '../../../src/transport/engine/load-image.ts';
import { requireTools } from '../../support/requires.ts';
import { makeDockerArchive } from './support/docker-archive.ts';
import { startDocker, startPodman, type RunningEngine } from './support/engines.ts';

const suite = (start: () => Promise<RunningEngine>): void => {
  let running: RunningEngine;
  let engine: EngineClient;

  beforeAll(async () => {
    running = await start();
    engine = await openEngine({ env: { DOCKER_HOST: `unix://${running.socket}` } });
  }, 60_000);
  afterAll(async () => {
    await engine?.close();
    await running?.close();
  }, 60_000);

  test('agrees on an API version', () => {
    expect(engine.version).toMatch(/^1\.\d+$/);
  });

  test('loads an archive and exports it with its tag, config and id', async () => {
    const { bytes, id } = await makeDockerArchive(['docker.io/reslim/engine:1.0']);
    const loaded = await loadImage(engine, chunks(bytes));
    expect(loaded.names.map((name) => name.replace(/^docker\.io\//, ''))).toEqual([
      'reslim/engine:1.0',
    ]);
    const image = await inspectImage(engine, 'reslim/engine:1.0');
    expect(image).toMatchObject({ id, platform: { os: 'linux' } });
    const saved = await entries(await saveImage(engine, 'reslim/engine:1.0'));
    const manifest = JSON.parse(saved.get('manifest.json')?.toString() ?? '') as [
      { Config: string; RepoTags: string[] },
    ];
    expect(manifest[0].RepoTags[0]).toMatch(/reslim\/engine:1\.0$/);
    expect(JSON.parse(saved.get(manifest[0].Config)?.toString() ?? '')).toMatchObject({
      config: { Labels: { kept: 'yes' } },
    });
  });

  test('reports how many bytes the engine has sent while it exports an image', async () => {
    const { bytes } = await makeDockerArchive(['docker.io/reslim/export:1.0']);
    await loadImage(engine, chunks(bytes));
    let received = 0;
    const source = await openEngineSource(
      parseReference('docker-daemon:reslim/export:1.0') as EngineReference,
      {
        engine: { env: { DOCKER_HOST: `unix://${running.socket}` } },
        limits: DEFAULT_LIMITS,
        onBytes: (count) => (received += count),
      },
    );
    await source.close();
    expect(received).toBeGreaterThan(1024);
  });

  test('gives a loaded image another name', async () => {
    const { bytes, id } = await makeDockerArchive(['docker.io/reslim/first:1.0']);
    await loadImage(engine, chunks(bytes));
    await tagImage(engine, 'reslim/first:1.0', {
      repository: 'docker.io/reslim/second',
      tag: '2.0',
    });
    expect((await inspectImage(engine, 'docker.io/reslim/second:2.0')).id).toBe(id);
    expect((await inspectImage(engine, id)).tags).toHaveLength(2);
  });

  test('reports what is no archive although the engine answers 200', async () => {
    await expect(loadImage(engine, chunks(Buffer.from('no tar at all')))).rejects.toMatchObject({
      code: 'io',
    });
  });

  test('reports an archive that breaks off, and has no image of it', async () => {
    const { bytes } = await makeDockerArchive(['docker.io/reslim/broken:1.0']);
    const breaking = async function* () {
      yield bytes.subarray(0, 1000);
      throw new Error('the source broke');
    };
    await expect(loadImage(engine, breaking())).rejects.toThrow('the source broke');
    await expect(inspectImage(engine, 'reslim/broken:1.0')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('names an image that is missing', async () => {
    await expect(inspectImage(engine, 'reslim/none:1.0')).rejects.toMatchObject({
      code: 'not-found',
      message: 'no such image reslim/none:1.0 of the engine',
    });
    await expect(saveImage(engine, 'reslim/none:1.0').then(entries)).rejects.toMatchObject({
      code: expect.stringMatching(/not-found|io/) as string,
    });
  });
};

const chunks = async function* (bytes: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
};

const entries = async (tar: AsyncIterable<Uint8Array>): Promise<Map<string, Buffer>> => {
  const parts: Uint8Array[] = [];
  for await (const chunk of tar) parts.push(chunk);
  const parser = extract();
  parser.end(Buffer.concat(parts));
  const found = new Map<string, Buffer>();
  for await (const entry of parser) {
    const body: Buffer[] = [];
    for await (const part of entry) body.push(part as Buffer);
    found.set(entry.header.name, Buffer.concat(body));
  }
  return found;
};

describe.runIf(requireTools('dockerd', 'root'))('the client of a Docker engine', () => {
  suite(startDocker);
});
describe.runIf(requireTools('podman', 'root'))('the client of a Podman engine', () => {
  suite(startPodman);
});
