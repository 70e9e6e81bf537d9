import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { gnuSparseMember } from '../../fixtures/raw-tar.ts';
import { expect, test } from 'vitest';
import {
  openLyingLayout,
  sha256,
  TAG,
  TYPES,
  type Descriptor,
  type LyingLayout,
} from '../../fixtures/hostile/lying-layout.ts';
import { ODD_IMAGES } from '../../fixtures/hostile/odd-images.ts';
import { BLOBS } from '../../fixtures/hostile/blobs.ts';
import { DOCUMENTS } from '../../fixtures/hostile/documents.ts';
import { KINDS } from '../../fixtures/hostile/kinds.ts';
import { TARS } from '../../fixtures/hostile/tars.ts';
import { APP, tinyTar } from '../../fixtures/hostile/tiny-tar.ts';
import { ReslimError } from '../../src/base/errors.ts';
import { slim } from '../../src/operations/slim.ts';
import { validate } from '../../src/operations/validate.ts';
import { skipWithout } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
let count = 0;

const newLayout = (): Promise<LyingLayout> => openLyingLayout(join(root, `layout-${count++}`));

const check = async (layout: LyingLayout): Promise<string[]> =>
  (await validate({ source: `oci:${layout.dir}:x` })).findings.map(
    ({ severity, code, message }) =>
      `${severity} ${code}: ${message.replace(/sha256:\w+/g, 'DIGEST')}`,
  );

test('a valid image has no findings', async () => {
  const layout = await newLayout();
  const digest = await layout.image({ layers: [APP, tinyTar({ name: 'etc/.wh.hosts' })] });
  const result = await validate({ source: `oci:${layout.dir}:x` });
  expect(result).toMatchObject({ digest: digest.digest, images: 1, findings: [], valid: true });
  expect(result.bytes).toBeGreaterThan(0);
});

test('entries that no runtime unpacks are found, and gone from what is written', async () => {
  const layout = await newLayout();
  const sparse = gnuSparseMember({ name: 'old/sparse' }, 5000, [[4000, Buffer.from('end')]]);
  await layout.image({
    layers: [
      tinyTar({ name: 'etc/', flag: '5' }, { name: 'etc/x', flag: '7', body: 'x' }),
      tinyTar(sparse),
    ],
  });
  expect(await check(layout)).toEqual([
    'error layer-rule: no runtime unpacks contiguous files (type 7): /etc/x, layer 1 of 2',
    'error layer-rule: no runtime unpacks old GNU sparse files (type S): /old/sparse, layer 2 of 2',
  ]);
  for (const squash of ['all', 'none'] as const) {
    const target = join(root, `plain-${squash}`);
    await slim({ source: `oci:${layout.dir}:x`, target: `oci:${target}:x`, squash });
    expect((await validate({ source: `oci:${target}:x` })).findings).toEqual([]);
  }
});

test('all faults of an image are found, not the first only', async () => {
  const layout = await newLayout();
  const gone = await layout.blob('gone');
  const changed = await layout.blob(gzipSync(APP), TYPES.gzipLayer);
  const broken = tinyTar({ name: 'h', flag: '1', linkName: 'nowhere' }, { name: '../x' });
  await layout.image({
    layers: [
      gone,
      changed,
      await layout.blob(gzipSync(APP, { level: 1 }), TYPES.layer),
      await layout.blob(broken),
      await layout.blob(gzipSync(APP).subarray(0, -30), TYPES.gzipLayer),
    ],
    diffIds: [sha256('gone'), sha256(APP), sha256('other'), sha256(broken)],
    config: { history: [{ created_by: 'x' }] },
    entry: { platform: { os: 'linux', architecture: 's390x' } },
  });
  await rm(layout.pathOf(gone));
  const bytes = await readFile(layout.pathOf(changed));
  bytes[9] = 77;
  await writeFile(layout.pathOf(changed), bytes);
  const findings = await check(layout);
  expect(findings.map((line) => line.replace(/, layer \d.*| of layer \d.*|, blob.*/, ''))).toEqual([
    'warning platform: the index says linux/s390x, the config linux/amd64',
    'error diff-id: 5 layers, but 4 diffIds in the config',
    'error history: 4 diffIds, but 1 history steps with files',
    'error missing: no such file',
    'error digest: its bytes have the digest DIGEST',
    'error media-type: the media type says none, the bytes are gzip: application/vnd.oci.image.layer.v1.tar',
    'error diff-id: decompressed bytes have the digest DIGEST, the config says DIGEST',
    'error tar: path climbs with "..": /../x, at byte 1024',
    'error compression: corrupt gzip data (unexpected end of file)',
  ]);
});

test('a well-formed tar that cannot be unpacked is found', async () => {
  const layout = await newLayout();
  await layout.image({
    layers: [
      APP,
      tinyTar({ name: 'x' }, { name: 'h', flag: '1', linkName: 'gone' }, { name: 'x' }),
    ],
  });
  expect(await check(layout)).toEqual([
    'warning layer-rule: several entries for /x, layer 2 of 2: the last one counts',
    'error layer-rule: hard link /h to /gone, which is not a file, layer 2 of 2',
  ]);
});

test('documents are checked as the strictest reader would', async () => {
  const layout = await newLayout();
  const image = await layout.image({
    layers: [APP],
    manifest: { schemaVersion: 3, manifests: [] },
  });
  const untyped = await layout.document(
    { schemaVersion: 2, manifests: [image, image] },
    TYPES.index,
  );
  await layout.index({
    schemaVersion: 2,
    manifests: [{ ...untyped, annotations: { [TAG]: 'x' } }],
  });
  expect(await check(layout)).toEqual([
    'warning media-type: it has no media type, so that programs may take it for another kind of document',
    'error media-type: schemaVersion is not 2: 3',
    'error media-type: it can be read as another media type: it has "manifests"',
  ]);
});

test('content that cannot be checked is reported as unchecked', async () => {
  const layout = await newLayout();
  const encrypted = await layout.blob('secret', `${TYPES.gzipLayer}+encrypted`);
  const foreign: Descriptor = { ...(await layout.blob('far')), urls: ['http://127.0.0.1:9/x'] };
  await layout.image({ layers: [encrypted, foreign], diffIds: [sha256('a'), sha256('b')] });
  await rm(layout.pathOf(foreign));
  expect(await check(layout)).toEqual([
    'warning unchecked: an encrypted layer is not read',
    'warning unchecked: a foreign layer is not read',
  ]);
});

test(
  'every hostile image has an error, or cannot be opened by a name',
  { timeout: 120_000 },
  async () => {
    const harmless = new Set([
      ...KINDS.map(({ name }) => name),
      // Valid, but more or other than reslim takes.
      'two thousand layers',
      'one manifest 40 × 40 times',
      'layers is no list',
    ]);
    for (const { name, make } of [...DOCUMENTS, ...BLOBS, ...TARS]) {
      const layout = await newLayout();
      await make(layout);
      const outcome = await validate({ source: `oci:${layout.dir}:x` }).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof ReslimError || harmless.has(name)) continue;
      expect(outcome, name).toMatchObject({ valid: false });
    }
  },
);

test(
  'odd but valid images have no errors before and after a slim',
  { timeout: 120_000 },
  async () => {
    const lying = new Set([
      'a gzip layer called plain',
      'a history that disagrees with the layers',
      'embedded content that is not that of its blob',
    ]);
    for (const { name, make } of ODD_IMAGES) {
      if (name === 'a thousand layers') continue;
      const layout = await newLayout();
      await make(layout);
      const source = `oci:${layout.dir}:x`;
      expect((await validate({ source })).valid, name).toBe(!lying.has(name));
      const target = `oci:${layout.dir}-slim:x`;
      await slim({ source, target, profiles: ['none'] });
      const after = await validate({ source: target });
      expect(
        after.findings.filter(({ severity }) => severity === 'error'),
        name,
      ).toEqual([]);
    }
  },
);

test('images of other builders are valid', async () => {
  skipWithout('umoci');
  const layout = join(root, 'umoci');
  for (const args of [
    ['init', '--layout', layout],
    ['new', '--image', `${layout}:x`],
  ])
    execFileSync('umoci', args);
  expect(await validate({ source: `oci:${layout}:x` })).toMatchObject({ valid: true, images: 1 });
});
