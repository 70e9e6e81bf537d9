import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { hexOf, type Digest } from '../../src/oci/digest.ts';
import { slim } from '../../src/operations/slim.ts';
import type { SlimResult } from '../../src/api/results.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';

const folder = tempFolder();
const LAYERS = 6;
const noise = Array.from({ length: LAYERS }, () => randomBytes(3000).toString('hex'));
/** Some fifty requests, each of which a busy disk may delay. */
const SLOW = { timeout: 120_000 };

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

interface Manifest {
  readonly layers: readonly { readonly digest: Digest; readonly size: number }[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** An image of six layers, each with a file that goes and one that stays; but for the lowest one, from which nothing goes. */
const build = async (name: string, last: string): Promise<string> => {
  const layout = join(folder, name);
  await createLayout(layout);
  const layers = [];
  for (const [at, text] of noise.entries()) {
    const lines = [
      `srv/file-${at}=${at === LAYERS - 1 ? last : text}`,
      ...(at > 0 ? [`junk-${at}=1`] : []),
    ];
    layers.push(await putLayer(layout, [await layerTar(entriesOf(lines))]));
  }
  await putImage(layout, '1', { layers, config: { config: { Cmd: ['/srv/file-1'] } } });
  return `oci:${layout}:1`;
};

describe.runIf(requireTools('docker-registry', 'skopeo'))('a slim layer by layer', SLOW, () => {
  let registry: Distribution;
  let first: string;
  let second: string;
  beforeAll(async () => {
    registry = await startDistribution({ accessLog: true });
    [first, second] = [await build('first', 'one'), await build('second', 'two')];
  });
  afterAll(() => registry.close());

  const slimTo = (source: string, repository: string, more: object = {}): Promise<SlimResult> =>
    slim({
      source,
      target: `docker://${registry.host}/${repository}:slim`,
      profiles: ['none'],
      squash: 'none',
      drop: ['/junk-*'],
      ...more,
    });
  const manifestOf = async (repository: string): Promise<Manifest> => {
    const url = `http://${registry.host}/v2/${repository}/manifests/slim`;
    return (await fetch(url, { headers: { accept: MANIFEST } })).json() as Promise<Manifest>;
  };
  /** Blobs that were uploaded since `before` requests. */
  const uploads = (before: number): number =>
    (registry.requests?.() ?? [])
      .slice(before)
      .filter((line) => /^PUT \S+\/blobs\/uploads\/\S+ 201$/.test(line)).length;
  const asked = async (): Promise<number> => {
    // The log is written after the answer.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return registry.requests?.().length ?? 0;
  };

  test('sends the one layer that changed, and makes the image it makes without an earlier one', async () => {
    await slimTo(first, 'changed');
    const { annotations } = await manifestOf('changed');
    expect(annotations['dev.reslim.layers.written']).toBe('1,2,3,4,5');
    const before = await asked();
    const result = await slimTo(second, 'changed');
    await asked();
    // Its layer and the config.
    expect(uploads(before)).toBe(2);
    const cold = await slimTo(second, 'cold');
    expect(result.target?.digest).toBe(cold.target?.digest);
    await run('skopeo', [
      'copy',
      '--src-tls-verify=false',
      `docker://${registry.host}/changed:slim`,
      `dir:${join(folder, 'read')}`,
    ]);
  });

  test('makes the same image where the earlier one was made in another way', async () => {
    await slimTo(first, 'other', { compressionLevel: 1 });
    const result = await slimTo(second, 'other');
    const cold = await slimTo(second, 'cold-again');
    expect(result.target?.digest).toBe(cold.target?.digest);
  });

  test('writes a layer again that the registry has lost', async () => {
    await slimTo(first, 'lost');
    const { layers } = await manifestOf('lost');
    const lost = layers[3]?.digest as Digest;
    const links = 'docker/registry/v2/repositories/lost/_layers/sha256';
    await rm(join(registry.folder, links, hexOf(lost)), { recursive: true });
    const before = await asked();
    const result = await slimTo(second, 'lost');
    await asked();
    expect(uploads(before)).toBe(3);
    expect((await manifestOf('lost')).layers[3]?.digest).toBe(lost);
    const cold = await slimTo(second, 'cold-once-more');
    expect(result.target?.digest).toBe(cold.target?.digest);
  });

  test('believes no layer of an image that says nothing of how it was made', async () => {
    await run('skopeo', [
      'copy',
      '--dest-tls-verify=false',
      first,
      `docker://${registry.host}/foreign:slim`,
    ]);
    const result = await slimTo(second, 'foreign');
    const cold = await slimTo(second, 'cold-at-last');
    expect(result.target?.digest).toBe(cold.target?.digest);
  });
});
