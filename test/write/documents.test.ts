import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  openLyingLayout,
  sha256,
  TAG,
  TYPES,
  type Descriptor,
  type ImageParts,
  type LyingLayout,
} from '../../fixtures/hostile/lying-layout.ts';
import { APP, tinyTar } from '../../fixtures/hostile/tiny-tar.ts';
import { copy } from '../../src/operations/copy.ts';
import { slim } from '../../src/operations/slim.ts';
import { validate } from '../../src/operations/validate.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const CHECK = join(import.meta.dirname, '../transport/support/check-layout.py');
const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  foreign: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
} as const;
/** With a step for its layer, an image that loses nothing stays as it is. */
const HISTORY = { history: [{ created_by: 'ADD' }] };

/** A layer that loses something, so that its image is written anew. */
const LITTER = tinyTar(
  { name: 'var/cache/apt/archives/x.deb', body: 'x' },
  { name: 'var/lib/dpkg/status', body: '' },
);

let count = 0;
const folder = tempFolder();
const newLayout = (): Promise<LyingLayout> => openLyingLayout(join(folder, `source-${count++}`));

/** What an independent reader has against a layout: nothing, if all is valid and of OCI types. */
const faultsOf = (layout: string): string =>
  execFileSync('python3', ['-B', CHECK, layout, '--oci'], { encoding: 'utf8' });

const slimTo = async ({ dir }: Pick<LyingLayout, 'dir'>, options: object = {}) => {
  const target = join(folder, `target-${count++}`);
  const result = await slim({ source: `oci:${dir}:x`, target: `oci:${target}:x`, ...options });
  return { dir: target, result };
};

const readBlob = async (dir: string, { digest }: Pick<Descriptor, 'digest'>) =>
  JSON.parse(await readFile(join(dir, 'blobs', digest.replace(':', '/')), 'utf8')) as Record<
    string,
    never
  >;

interface Documents {
  readonly root: Descriptor;
  readonly document: { readonly [member: string]: unknown } & {
    readonly config: Descriptor;
    readonly layers: readonly Descriptor[];
    readonly manifests: readonly Descriptor[];
  };
}

const documentsOf = async (dir: string): Promise<Documents> => {
  const index = JSON.parse(await readFile(join(dir, 'index.json'), 'utf8')) as {
    manifests: readonly Descriptor[];
  };
  const root = index.manifests.find(
    ({ annotations }) => (annotations as Record<string, string>)[TAG] === 'x',
  ) as Descriptor;
  return { root, document: (await readBlob(dir, root)) as never };
};

/** An index `x` over one image. */
const putIndex = async (
  layout: LyingLayout,
  parts: ImageParts,
  { child = {}, index = {} }: { readonly child?: object; readonly index?: object } = {},
): Promise<Descriptor> => {
  const manifest = await layout.image(parts);
  const platform = { os: 'linux', architecture: 'amd64' };
  const manifests = [{ ...manifest, platform, ...child }];
  const document = { schemaVersion: 2, mediaType: TYPES.index, manifests, ...index };
  const root = await layout.document(document, document.mediaType);
  const annotations = { [TAG]: 'x' };
  await layout.index({ schemaVersion: 2, manifests: [{ ...root, annotations }] });
  return manifest;
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe.runIf(requireTools('python3'))('content embedded in a descriptor', () => {
  test('goes with the content it was: of a config', async () => {
    const layout = await newLayout();
    const config = {
      os: 'linux',
      architecture: 'amd64',
      rootfs: { type: 'layers', diff_ids: [sha256(LITTER)] },
    };
    const stored = await layout.document(config, TYPES.config);
    const data = base64(JSON.stringify(config));
    await layout.image({ layers: [LITTER], manifest: { config: { ...stored, data } } });
    expect(faultsOf(layout.dir)).toBe('');

    const { dir } = await slimTo(layout);

    expect(faultsOf(dir)).toBe('');
    expect((await documentsOf(dir)).document.config).not.toHaveProperty('data');
  });

  test('goes with the content it was: of an image in an index, while that of others stays', async () => {
    const layout = await newLayout();
    const other = await layout.image({
      layers: [APP],
      config: { architecture: 'arm64', ...HISTORY },
    });
    const otherBytes = await readFile(layout.pathOf(other));
    const arm = {
      ...other,
      platform: { os: 'linux', architecture: 'arm64' },
      data: otherBytes.toString('base64'),
    };
    const made = await layout.image({ layers: [LITTER] });
    const amd = {
      ...made,
      platform: { os: 'linux', architecture: 'amd64' },
      data: (await readFile(layout.pathOf(made))).toString('base64'),
    };
    const document = { schemaVersion: 2, mediaType: TYPES.index, manifests: [arm, amd] };
    const root = await layout.document(document, TYPES.index);
    await layout.index({ schemaVersion: 2, manifests: [{ ...root, annotations: { [TAG]: 'x' } }] });
    expect(faultsOf(layout.dir)).toBe('');

    const { dir } = await slimTo(layout);

    expect(faultsOf(dir)).toBe('');
    const { manifests } = (await documentsOf(dir)).document;
    expect(manifests[0]).toEqual(arm);
    expect(manifests[1]).not.toHaveProperty('data');
  });

  test('stays at a layer that is carried, unless it never was its content', async () => {
    const layout = await newLayout();
    const blob = gzipSync(APP);
    const app = await layout.blob(blob, TYPES.gzipLayer);
    const layers = [
      { ...app, data: blob.toString('base64') },
      {
        ...(await layout.blob(gzipSync(tinyTar({ name: 'a' })), TYPES.gzipLayer)),
        data: base64('other'),
      },
      await layout.blob(gzipSync(LITTER), TYPES.gzipLayer),
    ];
    const diffIds = [sha256(APP), sha256(tinyTar({ name: 'a' })), sha256(LITTER)];
    await layout.image({ layers, diffIds });

    const { dir } = await slimTo(layout, { squash: 'none' });

    expect(faultsOf(dir)).toBe('');
    const written = (await documentsOf(dir)).document.layers;
    expect(written[0]).toEqual(layers[0]);
    expect(written[1]).not.toHaveProperty('data');
  });

  test('is found by validate where it is not the content', async () => {
    const layout = await newLayout();
    await putIndex(
      layout,
      {
        layers: [APP],
        manifest: { config: { ...(await layout.document({}, TYPES.config)), data: 'e30=' } },
      },
      { child: { data: base64('{"schemaVersion":2}') } },
    );
    const { findings } = await validate({ source: `oci:${layout.dir}:x` });
    expect(
      findings.map(({ code, message }) => `${code}: ${message.replace(/sha256:\w+/, 'X')}`),
    ).toContain('digest: the data embedded for X is not its content');
  });
});

describe.runIf(requireTools('python3'))('a layer with urls', () => {
  const withUrls = async (layout: LyingLayout, mediaType: string = TYPES.gzipLayer) => {
    const layer = {
      ...(await layout.blob(gzipSync(LITTER), mediaType)),
      urls: ['http://127.0.0.1:9/layer'],
    };
    await layout.image({ layers: [layer], diffIds: [sha256(LITTER)] });
    return layer;
  };

  test.each([TYPES.gzipLayer, 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'])(
    'is an ordinary one where its blob is stored: %s',
    async (mediaType) => {
      const layout = await newLayout();
      const layer = await withUrls(layout, mediaType);

      const { dir } = await slimTo(layout);
      const copied = join(folder, `copy-${count++}`);
      await copy({ source: `oci:${layout.dir}:x`, target: `oci:${copied}:x` });

      expect(faultsOf(dir)).toBe('');
      expect((await documentsOf(dir)).document.layers[0]).not.toHaveProperty('urls');
      expect(await readFile(join(copied, 'blobs', layer.digest.replace(':', '/')))).toEqual(
        gzipSync(LITTER),
      );
      expect(faultsOf(copied)).toBe('');
    },
  );

  test('is checked to the last byte where its blob is stored', async () => {
    const layout = await newLayout();
    const layer = await withUrls(layout);
    await writeFile(layout.pathOf(layer), Buffer.alloc(layer.size, 1));
    const { findings } = await validate({ source: `oci:${layout.dir}:x` });
    expect(findings.map(({ code }) => code)).toContain('digest');
  });

  test('stays where it is, and is not slimmed, where its blob is not stored', async () => {
    const layout = await newLayout();
    await rm(layout.pathOf(await withUrls(layout)));

    await expect(slimTo(layout)).rejects.toThrow(
      'layer 1 of 1 is a foreign one that is not stored with the image',
    );
    const copied = join(folder, `copy-${count++}`);
    const { target } = await copy({ source: `oci:${layout.dir}:x`, target: `oci:${copied}:x` });
    expect(target.digest).toBe((await documentsOf(layout.dir)).root.digest);
    const { findings } = await validate({ source: `oci:${copied}:x` });
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'unchecked: a foreign layer is not read',
    ]);
  });
});

describe.runIf(requireTools('python3'))('schemaVersion', () => {
  const without = { schemaVersion: undefined };

  test('is added to a manifest that lacks it, with a note, even where nothing else changes', async () => {
    const layout = await newLayout();
    await layout.image({ layers: [APP], manifest: without });

    const { dir, result } = await slimTo(layout);

    expect(faultsOf(dir)).toBe('');
    expect(result.changed).toBe(true);
    expect(result.notes).toEqual([
      expect.stringMatching(
        /^the manifest sha256:\w{12} lacks its schemaVersion: the new one has it$/,
      ),
    ]);
    const again = await slimTo({ dir });
    expect(again.result).toMatchObject({ changed: false, notes: [] });
  });

  test('is added to an index that lacks it, with a note', async () => {
    const layout = await newLayout();
    const parts = { layers: [APP], config: HISTORY };
    const manifest = await putIndex(layout, parts, { index: without });

    const { dir, result } = await slimTo(layout);

    expect(faultsOf(dir)).toBe('');
    expect((await documentsOf(dir)).document.manifests[0]?.digest).toBe(manifest.digest);
    expect(result.notes).toEqual([
      expect.stringMatching(
        /^the index sha256:\w{12} lacks its schemaVersion: the new one has it$/,
      ),
    ]);
  });

  test('is added to the index.json of a layout that lacks it', async () => {
    const layout = await newLayout();
    const manifest = await layout.image({ layers: [LITTER] });
    await layout.index({ manifests: [{ ...manifest, annotations: { [TAG]: 'x' } }] });
    await slim({ source: `oci:${layout.dir}:x`, target: `oci:${layout.dir}:y` });
    expect(faultsOf(layout.dir)).toBe('');
  });

  test('must be there to copy an image as it is', async () => {
    const layout = await newLayout();
    await layout.image({ layers: [APP], manifest: without });
    const target = `oci:${join(folder, `copy-${count++}`)}:x`;
    await expect(copy({ source: `oci:${layout.dir}:x`, target })).rejects.toThrow(
      /^schemaVersion is missing, image sha256:\w{12}/,
    );
    await expect(
      copy({ source: `oci:${layout.dir}:x`, target, compression: 'none' }),
    ).resolves.toMatchObject({
      changed: true,
    });
    expect(faultsOf(target.slice(4, -2))).toBe('');
  });

  test.each([
    ['3', 3, 'unsupported'],
    ['0', 0, 'unsupported'],
    ['2.5', 2.5, 'unsupported'],
    ['"2"', '2', 'invalid-image'],
    ['null', null, 'invalid-image'],
    ['[2]', [2], 'invalid-image'],
  ])('that is %s is refused, of a manifest and of an index', async (shown, schemaVersion, code) => {
    const [one, other] = [await newLayout(), await newLayout()];
    await one.image({ layers: [APP], manifest: { schemaVersion } });
    await putIndex(other, { layers: [APP] }, { index: { schemaVersion } });
    for (const { dir } of [one, other]) {
      await expect(slimTo({ dir })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(`schemaVersion is ${shown} and not 2`) as string,
      });
    }
  });

  test('in other capitals is refused', async () => {
    const layout = await newLayout();
    await layout.image({ layers: [APP], manifest: { SchemaVersion: 2 } });
    await expect(slimTo(layout)).rejects.toThrow(
      'programs may read different values of the member',
    );
  });
});

/** An image of Docker's media types, as archives that containerd exports have it. */
const putDocker = async (
  layout: LyingLayout,
  tar: Buffer,
  types: { readonly manifest?: string; readonly config?: string; readonly layer?: string } = {},
): Promise<Descriptor> => {
  const { manifest, config, layer } = { ...DOCKER, ...types };
  const stored = await layout.document(
    {
      os: 'linux',
      architecture: 'amd64',
      rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
      ...HISTORY,
    },
    config,
  );
  const document = {
    schemaVersion: 2,
    mediaType: manifest,
    config: stored,
    layers: [await layout.blob(gzipSync(tar), layer)],
  };
  const root = await layout.document(document, manifest);
  await layout.index({ schemaVersion: 2, manifests: [{ ...root, annotations: { [TAG]: 'x' } }] });
  return root;
};

describe.runIf(requireTools('python3'))("an image of Docker's media types", () => {
  test.each([
    ['that loses something', LITTER, {}],
    ['that loses nothing', APP, {}],
    ['with a config of OCI', APP, { manifest: TYPES.manifest, layer: TYPES.gzipLayer }],
    ['with layers of OCI', APP, { manifest: TYPES.manifest, config: TYPES.config }],
  ] as const)('%s gets OCI types in a layout, and keeps them', async (_, tar, types) => {
    const layout = await newLayout();
    await putDocker(layout, tar, types);

    const { dir } = await slimTo(layout);

    expect(faultsOf(dir)).toBe('');
    const again = await slimTo({ dir });
    expect(again.result.changed).toBe(false);
    expect((await documentsOf(again.dir)).root).toEqual((await documentsOf(dir)).root);
  });

  test('gets OCI types in an index, whose platforms stay', async () => {
    const layout = await newLayout();
    const child = await putDocker(layout, APP);
    const platform = { os: 'linux', architecture: 'amd64', variant: 'v2' };
    const root = await layout.document(
      { schemaVersion: 2, mediaType: DOCKER.index, manifests: [{ ...child, platform }] },
      DOCKER.index,
    );
    await layout.index({ schemaVersion: 2, manifests: [{ ...root, annotations: { [TAG]: 'x' } }] });

    const { dir } = await slimTo(layout);

    expect(faultsOf(dir)).toBe('');
    expect((await documentsOf(dir)).document.manifests[0]).toMatchObject({
      mediaType: TYPES.manifest,
      platform,
    });
  });

  test('gets the OCI type of a foreign layer for one', async () => {
    const layout = await newLayout();
    await putDocker(layout, APP, { layer: DOCKER.foreign });
    const { dir } = await slimTo(layout);
    expect((await documentsOf(dir)).document.layers[0]?.mediaType).toBe(
      'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    );
  });

  test('keeps its types in an archive of docker save', async () => {
    const layout = await newLayout();
    const { digest } = await putDocker(layout, APP);
    const target = `docker-archive:${join(folder, `${count++}.tar`)}:app:1`;
    const result = await slim({ source: `oci:${layout.dir}:x`, target });
    expect(result).toMatchObject({ changed: false, target: { digest } });
  });

  test('keeps its bytes when it is copied', async () => {
    const layout = await newLayout();
    const { digest } = await putDocker(layout, APP);
    const target = `oci:${join(folder, `copy-${count++}`)}:x`;
    const result = await copy({ source: `oci:${layout.dir}:x`, target });
    expect(result.target.digest).toBe(digest);
    expect(result.notes).toEqual([expect.stringContaining("Docker's media types")]);
  });

  test.runIf(requireTools('skopeo', 'umoci'))(
    'is found by skopeo and umoci in layouts and archives, as it was not before',
    async () => {
      const layout = await newLayout();
      await putDocker(layout, APP);
      const inspect = (name: string) =>
        execFileSync('skopeo', ['inspect', '--config', name], { encoding: 'utf8', stdio: 'pipe' });
      expect(() => inspect(`oci:${layout.dir}:x`)).toThrow('no descriptor found');

      const { dir } = await slimTo(layout);
      const archive = join(folder, `${count++}.tar`);
      await slim({ source: `oci:${layout.dir}:x`, target: `oci-archive:${archive}:x` });

      expect(JSON.parse(inspect(`oci:${dir}:x`))).toMatchObject({ os: 'linux' });
      expect(JSON.parse(inspect(`oci-archive:${archive}:x`))).toMatchObject({ os: 'linux' });
      const bundle = join(folder, `bundle-${count++}`);
      execFileSync('umoci', ['raw', 'unpack', '--rootless', '--image', `${dir}:x`, bundle], {
        stdio: 'pipe',
      });
      expect(await readFile(join(bundle, 'etc/hosts'), 'utf8')).toBe('localhost\n');
    },
  );
});
