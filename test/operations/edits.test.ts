import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { ImageEdits } from '../../src/api/edits.ts';
import type { CopyOptions, SlimOptions } from '../../src/api/options.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { DOCKER, OCI } from '../../src/oci/media-type.ts';
import { copy } from '../../src/operations/copy.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { elfFile } from '../support/elf-file.ts';
import { layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  named,
  sampleImage,
  sampleIndex,
  writeLayout,
  type SampleImage,
} from '../transport/support/sample-image.ts';

/** Two programs in one layer, a log to remove, and a health check of the first. */
const writeApp = async (): Promise<string> => {
  const folder = tempFolder();
  const layout = join(folder, 'app');
  await createLayout(layout);
  const tar = await layerTar([
    { name: 'opt/tmp/one', mode: 0o755, body: elfFile() },
    { name: 'opt/tmp/two', mode: 0o755, body: elfFile() },
    { name: 'var/log/app.log', body: 'l'.repeat(3000) },
  ]);
  const config = {
    architecture: 'amd64',
    config: { Cmd: ['/opt/tmp/one'], Env: ['TOKEN=secret'] },
    history: [{ created_by: '|1 ARG_TOKEN=hidden /bin/sh -c make' }],
  };
  await putImage(layout, '1', { layers: [await putLayer(layout, [tar])], config });
  return folder;
};

interface Documents {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly annotations?: Record<string, string>;
  readonly config: Record<string, unknown> & { readonly config: Record<string, unknown> };
  readonly layers: readonly { readonly mediaType: string; readonly digest: Digest }[];
}

const jsonAt = async (layout: string, digest: string): Promise<unknown> =>
  JSON.parse(await readFile(join(layout, 'blobs', digest.replace(':', '/')), 'utf8')) as unknown;

const imageAt = async (layout: string, digest: Digest): Promise<Documents> => {
  const manifest = (await jsonAt(layout, digest)) as Documents & { config: { digest: Digest } };
  const config = (await jsonAt(layout, manifest.config.digest)) as Documents['config'];
  return { ...manifest, digest, config };
};

const slimOf = async (folder: string, edits: ImageEdits, options: Partial<SlimOptions> = {}) => {
  const layout = join(folder, 'out');
  const [source, target] = [`oci:${folder}/app:1`, `oci:${layout}:slim`];
  const result = await slim({ source, target, edits, ...options });
  const { digest } = result.target ?? expect.unreachable();
  return { result, ...(await imageAt(layout, digest)) };
};

test('what rules keep goes by the edited entrypoint', async () => {
  const folder = await writeApp();
  const dropped = async (edits: ImageEdits) => {
    const { result } = await slimOf(folder, edits, { drop: ['/opt/tmp/**'] });
    return result.images[0]?.dropped.map(({ path }) => path).filter((path) => /opt/.test(path));
  };
  expect(await dropped({ labels: { a: 'b' } })).toEqual(['/opt/tmp/two']);
  expect(await dropped({ cmd: '/opt/tmp/two' })).toEqual(['/opt/tmp/one']);
});

test('a result is verified against the edited source', async () => {
  const folder = await writeApp();
  const edits = {
    cmd: '/opt/tmp/two',
    env: { A: '1' },
    unsetEnv: ['TOKEN'],
    user: '1',
    annotations: { a: 'b' },
  };
  const { result, config } = await slimOf(folder, edits, { verify: true });
  expect(result.verification?.passed).toBe(true);
  expect(config.config).toEqual({ Cmd: ['/opt/tmp/two'], Env: ['A=1'], User: '1' });
  const again = await slimOf(folder, edits, { verify: true });
  expect(again.result).toMatchObject({ upToDate: true, verification: { passed: true } });
});

test('the recipe names what was edited, and tells values apart without having them', async () => {
  const folder = await writeApp();
  const edits = {
    env: { TOKEN: 'first', B: '' },
    labels: { l: 'x y' },
    entrypoint: 'run it',
    user: '',
  };
  const first = await slimOf(folder, edits);
  expect(first.annotations?.['dev.reslim.recipe']).toMatch(
    / env=TOKEN,B label=l entrypoint=set user=cleared$/,
  );
  const second = await slimOf(folder, { ...edits, env: { TOKEN: 'second', B: '' } });
  expect(second.result.upToDate).toBe(false);
  expect(second.annotations?.['dev.reslim.recipe']).toBe(first.annotations?.['dev.reslim.recipe']);
  expect(second.annotations?.['dev.reslim.recipe.digest']).not.toBe(
    first.annotations?.['dev.reslim.recipe.digest'],
  );
  expect((await slimOf(folder, edits)).digest).toBe(first.digest);
  expect(JSON.stringify(first.result)).not.toMatch(/first|x y|run it/);
});

test('results of the cache are those of the same edits', async () => {
  const folder = await writeApp();
  const runtime = await openRuntime({ cache: { folder: join(folder, 'cache') } });
  onTestFinished(() => runtime.close());
  const run = async (user: string) =>
    (await slimOf(folder, { user }, { runtime, force: true })).config.config['User'];
  expect([await run('1'), await run('2'), await run('1'), await run('2')]).toEqual([
    '1',
    '2',
    '1',
    '2',
  ]);
});

test('an image that changes in its documents alone keeps its layers', async () => {
  const folder = await writeApp();
  const none = { profiles: ['none'], squash: 'none' } as const;
  const source = await slimOf(folder, {}, none);
  expect(source.result.changed).toBe(false);
  const edited = await slimOf(folder, { unsetAnnotations: ['x'], scrubBuildArgs: true }, none);
  expect(edited.layers).toEqual(source.layers);
  expect(edited.config['history']).toEqual([{ created_by: '|1 ARG_TOKEN=*** /bin/sh -c make' }]);
  expect(edited.result.notes).toContain('--unset-annotation x changes nothing');
  expect(edited.result.images[0]).toMatchObject({
    edits: [{ member: 'build-arg', name: 'ARG_TOKEN', action: 'unset' }],
    secrets: [],
  });
  const annotated = await slimOf(folder, { annotations: { a: 'b' } }, none);
  expect(annotated.layers).toEqual(source.layers);
  expect(annotated.annotations).toMatchObject({ a: 'b' });
});

test('a time of creation after --timestamp is refused', async () => {
  const folder = await writeApp();
  await expect(slimOf(folder, { created: 2 }, { timestamp: 1 })).rejects.toMatchObject({
    code: 'usage',
    message: '--created is later than --timestamp, which no time may be',
  });
  const { config } = await slimOf(folder, { created: 1 }, { timestamp: 1 });
  expect(config['created']).toBe('1970-01-01T00:00:01Z');
});

const writeImages = async (root: SampleImage): Promise<string> => {
  const folder = tempFolder();
  await writeLayout(join(folder, 'app'), [root], [named(root, '1')]);
  return folder;
};

const copyOf = async (folder: string, edits: ImageEdits, more: Partial<CopyOptions> = {}) => {
  const layout = join(folder, 'out');
  const [source, target] = [`oci:${folder}/app:1`, `oci:${layout}:1`];
  return { layout, ...(await copy({ source, target, edits, ...more })) };
};

const makeIndex = async () => {
  const platform = (os: string, architecture: string) => ({ platform: { os, architecture } });
  const images = [
    await sampleImage(['amd']),
    await sampleImage(['arm'], platform('linux', 'arm64')),
    await sampleImage(['win'], platform('windows', 'amd64')),
  ] as const;
  const index = sampleIndex(
    images.map((image, at) => ({
      ...image,
      root: { ...image.root, platform: [AMD, ARM, WIN][at] },
    })),
  );
  return { images, index };
};
const AMD = { os: 'linux', architecture: 'amd64' };
const ARM = { os: 'linux', architecture: 'arm64' };
const WIN = { os: 'windows', architecture: 'amd64' };

const childrenAt = async (layout: string, digest: Digest): Promise<readonly Documents[]> => {
  const { manifests } = (await jsonAt(layout, digest)) as { manifests: { digest: Digest }[] };
  return Promise.all(manifests.map((each) => imageAt(layout, each.digest)));
};

test('a copy edits all platforms, Windows included, and reads no layer', async () => {
  const { images, index } = await makeIndex();
  const folder = await writeImages(index);
  const { layout, target, changed, edits } = await copyOf(folder, { labels: { a: 'b' } });
  const children = await childrenAt(layout, target.digest);
  expect(children.map(({ config }) => config.config)).toEqual(
    images.map(() => ({ Cmd: ['/bin/true'], Labels: { a: 'b' } })),
  );
  expect(changed).toBe(true);
  expect(edits).toHaveLength(3);
  expect(children[0]?.annotations?.['dev.reslim.recipe']).toMatch(/^reslim \S+ copy label=a$/);
  const slimmed = await slim({
    source: `oci:${folder}/app:1`,
    target: `oci:${layout}:s`,
    edits: { labels: { a: 'b' } },
  });
  const written = await childrenAt(layout, slimmed.target?.digest ?? expect.unreachable());
  expect(written.map(({ config }) => config.config['Labels'])).toEqual(
    images.map(() => ({ a: 'b' })),
  );
});

test('edits of one platform leave the others as they are', async () => {
  const { images, index } = await makeIndex();
  const folder = await writeImages(index);
  const { layout, target } = await copyOf(folder, { user: '1', platforms: ['linux/arm64'] });
  const children = await childrenAt(layout, target.digest);
  expect(children.map(({ config }) => config.config['User'])).toEqual([undefined, '1', undefined]);
  expect([children[0]?.digest, children[2]?.digest]).toEqual([
    images[0].root.digest,
    images[2].root.digest,
  ]);
  const missing = copyOf(folder, { user: '1', platforms: ['linux/arm64', 'linux/s390x'] });
  await expect(missing).rejects.toMatchObject({
    code: 'usage',
    hint: 'there are images for linux/amd64, linux/arm64, windows/amd64',
  });
});

test('edits that an image has already leave its bytes, in copies and slims', async () => {
  const image = await sampleImage(['amd']);
  const folder = await writeImages(image);
  const { target } = await copyOf(folder, { cmd: '/bin/true', unsetLabels: ['a'] });
  expect(target.digest).toBe(image.root.digest);
});

test('an image of Docker becomes one of OCI for annotations alone', async () => {
  const docker = await sampleImage(['amd'], { family: DOCKER });
  const archive = (folder: string) => `docker-archive:${folder}/out.tar:docker.io/library/app:1`;
  for (const options of [{}, { compression: 'none' as const }]) {
    const folder = await writeImages(docker);
    const edited = await copyOf(folder, { annotations: { a: 'b' } }, options);
    const image = await imageAt(edited.layout, edited.target.digest);
    expect(image).toMatchObject({ mediaType: OCI.manifest, annotations: { a: 'b' } });
    expect(image.layers[0]?.mediaType).toMatch(OCI.layer);
    const { notes } = await copyOf(
      folder,
      { annotations: { a: 'b' } },
      { target: archive(folder) },
    );
    expect(notes).toEqual([
      `--annotation is lost at ${archive(folder)}: there is no place for annotations`,
    ]);
  }
});

test('layers that are compressed anew belong to the edited image', async () => {
  const folder = await writeImages(await sampleImage(['amd']));
  const { layout, target } = await copyOf(
    folder,
    { env: { A: '1' }, annotations: { x: 'y' } },
    { compression: 'none' },
  );
  const { config, annotations } = await imageAt(layout, target.digest);
  expect(config.config).toEqual({ Cmd: ['/bin/true'], Env: ['A=1'] });
  expect(annotations).toMatchObject({ x: 'y' });
  expect(annotations?.['dev.reslim.recipe']).toMatch(/copy compression=none env=A annotation=x$/);
});

test('referrers do not come along with another digest', async () => {
  const folder = await writeImages(await sampleImage(['amd']));
  await expect(copyOf(folder, { user: '1' }, { referrers: true })).rejects.toMatchObject({
    message: 'referrers cannot be copied when documents are edited',
  });
});
