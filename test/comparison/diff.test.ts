import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { diff, type DiffOptions, type FileChange, type ImageDiff } from '../../src/index.ts';
import { asOracle, askOracle } from '../support/diff-oracle.ts';
import { entriesOf, layerTar, type TestEntry } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

interface TestImage {
  readonly layers: readonly (readonly TestEntry[])[];
  readonly config?: object;
  readonly gzip?: boolean;
}

/** Writes a layout with one image, and returns its name. */
const write = async (name: string, image: TestImage): Promise<string> => {
  const layout = join(folder, name);
  await createLayout(layout);
  const layers = [];
  for (const entries of image.layers)
    layers.push(await putLayer(layout, [await layerTar(entries)], { gzip: image.gzip ?? true }));
  const config = { os: 'linux', architecture: 'amd64', ...image.config };
  await putImage(layout, '1', { layers, config });
  return `oci:${layout}:1`;
};

/** The one image of a comparison. */
const compare = async (
  before: string,
  after: string,
  options: Partial<DiffOptions> = {},
): Promise<ImageDiff> => {
  const { images } = await diff({ before, after, ...options });
  expect(images).toHaveLength(1);
  return images[0] as ImageDiff;
};

const kinds = (files: readonly FileChange[]): string[] =>
  files.map(({ kind, path }) => `${kind} ${path}`);

const CAPABILITY = Buffer.from('0100000200040000000000000000000000000000', 'hex').toString(
  'latin1',
);

const BASE: readonly TestEntry[] = [
  ...entriesOf(['etc/', 'etc/os=one', 'etc/gone=old', 'lib/', 'lib/a=same', 'lib/b=>lib/a']),
  ...entriesOf(['lib/c=>lib/a', 'link->etc/os', 'bin/', 'bin/su=su', 'bin/ping=ping', 'tree/']),
  ...entriesOf(['tree/leaf=1', 'same/', 'same/file=same', 'swap=file', 'late=late', 'opt/']),
  { name: 'dev/', type: 'directory', mode: 0o755 },
  { name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 3 },
  { name: 'pipe', type: 'fifo' },
];

const UPPER: readonly TestEntry[] = [
  ...entriesOf(['etc/os=two', 'etc/.wh.gone', 'etc/new=new', 'lib/c=same', 'link->etc/new']),
  ...entriesOf(['.wh.tree', 'swap/', 'swap/in=1', 'Łódź=utf8']),
  { name: 'bin/su', body: 'su', mode: 0o4755 },
  { name: 'bin/ping', body: 'ping', pax: { 'SCHILY.xattr.security.capability': CAPABILITY } },
  { name: 'opt/', type: 'directory', mode: 0o700, uid: 7 },
  { name: 'late', body: 'late', pax: { mtime: '2000.5' } },
  { name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 5 },
  { name: 'same/file', body: 'same' },
];

let before: string;
let after: string;

beforeAll(async () => {
  before = await write('before', { layers: [BASE] });
  after = await write('after', { layers: [BASE, UPPER] });
});

describe('files', () => {
  test('are those that a program written from the specification finds, both ways', async () => {
    const plain = (name: string): string => name.replace('oci:', '');
    for (const [a, b] of [
      [before, after],
      [after, before],
    ] as const) {
      const { files } = await compare(a, b);
      expect(asOracle(files)).toEqual((await askOracle(plain(a), plain(b))).files);
    }
  }, 120_000);

  test('say what differs, with both values', async () => {
    const { files } = await compare(before, after);
    const changes = Object.fromEntries(files.map((file) => [file.path, file.changes ?? file.kind]));
    expect(changes).toEqual({
      '/bin/ping': [{ what: 'attribute', name: 'security.capability' }],
      '/bin/su': [{ what: 'mode', before: '0644', after: '4755' }],
      '/dev/null': [{ what: 'device', before: '1:3', after: '1:5' }],
      '/etc/gone': 'removed',
      '/etc/new': 'added',
      '/etc/os': [{ what: 'content' }],
      '/late': [{ what: 'time', before: '1000', after: '2000.5' }],
      '/lib/c': [{ what: 'links', before: '/lib/a', after: '/lib/c' }],
      '/link': [{ what: 'target', before: 'etc/os', after: 'etc/new' }],
      '/opt': [
        { what: 'mode', before: '0755', after: '0700' },
        { what: 'owner', before: '0:0', after: '7:0' },
      ],
      '/swap': [{ what: 'type', before: 'file', after: 'directory' }],
      '/swap/in': 'added',
      '/tree': 'removed',
      '/tree/leaf': 'removed',
      '/Łódź': 'added',
    });
  });

  test('are counted by kind, folders apart, and a file once for all its names', async () => {
    const { totals, folders } = await compare(before, after);
    expect(totals).toEqual([
      { kind: 'added', files: 3, folders: 0, bytesBefore: 0, bytesAfter: 8 },
      { kind: 'removed', files: 2, folders: 1, bytesBefore: 4, bytesAfter: 0 },
      { kind: 'changed', files: 3, folders: 1, bytesBefore: 7, bytesAfter: 3 },
      { kind: 'metadata', files: 4, folders: 1, bytesBefore: 10, bytesAfter: 14 },
    ]);
    expect(folders).toContainEqual({
      name: '/lib',
      filesBefore: 3,
      filesAfter: 3,
      bytesBefore: 4,
      bytesAfter: 8,
    });
  });

  test('are equal where only their layers, their compression and their order are others', async () => {
    const split = await write('split', {
      layers: [BASE.slice(0, 6), BASE.slice(6).reverse()],
      gzip: false,
    });
    const { files, layers, same } = await compare(before, split);
    expect(files).toEqual([]);
    expect(layers.map(({ kind }) => kind)).toEqual(['removed', 'added', 'added']);
    expect(same).toBe(false);
    expect((await compare(before, split, { semantic: true })).same).toBe(true);
  });

  test('that match a glob are compared, and nothing else', async () => {
    const { files, config, layers } = await compare(before, after, { paths: ['/etc/**', '/tree'] });
    expect(kinds(files)).toEqual([
      'removed /etc/gone',
      'added /etc/new',
      'changed /etc/os',
      'removed /tree',
      'removed /tree/leaf',
    ]);
    expect([...config, ...layers]).toEqual([]);
  });

  test('are limited to the kinds that were asked for', async () => {
    const { files, totals } = await compare(before, after, { parts: ['added', 'config'] });
    expect(kinds(files)).toEqual(['added /etc/new', 'added /swap/in', 'added /Łódź']);
    expect(totals.map(({ kind }) => kind)).toEqual(['added']);
  });
});

describe('a semantic comparison', () => {
  test('ignores times of files, and nothing else about them', async () => {
    const { files } = await compare(before, after, { semantic: true });
    const all = await compare(before, after);
    expect(kinds(files)).toEqual(kinds(all.files).filter((line) => !line.endsWith(' /late')));
  });

  test('ignores when and how it was built, and the order of variables', async () => {
    const config = (time: string, env: string[]) => ({
      created: time,
      config: { Env: env, Labels: { 'org.opencontainers.image.created': time, version: '1' } },
      history: [{ created: time, created_by: `COPY file:${time} /` }],
    });
    const one = await write('one', {
      layers: [BASE],
      config: config('2024-01-01T00:00:00Z', ['A=1', 'B=2']),
    });
    const two = await write('two', {
      layers: [BASE],
      config: config('2025-01-01T00:00:00Z', ['B=2', 'A=1']),
    });
    expect(await compare(one, two, { semantic: true })).toMatchObject({ same: true, config: [] });
    const { same, config: settings, history } = await compare(one, two);
    expect(same).toBe(false);
    expect(settings.map(({ kind, member, key }) => [kind, member, key])).toEqual([
      ['changed', 'label', 'org.opencontainers.image.created'],
      ['changed', 'created', undefined],
      ['reordered', 'env', undefined],
    ]);
    expect(history).toMatchObject([{ kind: 'changed', members: ['created', 'created_by'] }]);
  });
});

test('an image is the same as itself, and nothing of it is read', async () => {
  const result = await diff({ before, after: before });
  expect(result).toMatchObject({ same: true, images: [{ same: true, files: [], layers: [] }] });
  expect(result.images[0]?.before).not.toHaveProperty('unpackedSize');
});

test('a download is what the other image does not have: by digest, contents and chain', async () => {
  const plain = await write('plain', { layers: [BASE], gzip: false });
  const stacked = await write('stacked', { layers: [UPPER, BASE], gzip: true });
  expect((await compare(before, after)).download).toMatchObject({
    byDigest: { layers: 1 },
    byDiffId: { layers: 1 },
    byChain: { layers: 1 },
    best: 'byDigest',
  });
  expect((await compare(plain, before)).download).toMatchObject({
    byDigest: { layers: 1 },
    byDiffId: { layers: 0, bytes: 0 },
    byChain: { layers: 0, bytes: 0 },
  });
  expect((await compare(after, stacked)).download).toMatchObject({
    byDigest: { layers: 0, bytes: 0 },
    byChain: { layers: 2 },
  });
});

describe('settings', () => {
  const start = {
    Env: ['PATH=/bin', 'API_TOKEN=first', 'GONE=1'],
    Cmd: ['app'],
    ExposedPorts: { '80/tcp': {} },
    Labels: { version: '1' },
  };
  const end = {
    Env: ['PATH=/usr/bin', 'API_TOKEN=second'],
    Cmd: ['app', '--fast'],
    User: 'app',
    Entrypoint: ['tini'],
    ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
    Healthcheck: { Test: ['CMD', 'true'], Interval: 5 },
    Labels: { version: '1' },
    ArgsEscaped: true,
  };

  test('are compared one by one, and secrets are hidden', async () => {
    const one = await write('start', { layers: [BASE], config: { config: start } });
    const two = await write('end', { layers: [BASE], config: { config: end } });
    expect((await compare(one, two)).config).toEqual([
      { kind: 'changed', member: 'env', key: 'PATH', before: '/bin', after: '/usr/bin' },
      { kind: 'changed', member: 'env', key: 'API_TOKEN', before: '***', after: '***' },
      { kind: 'removed', member: 'env', key: 'GONE', before: '1' },
      { kind: 'changed', member: 'cmd', before: '["app"]', after: '["app","--fast"]' },
      { kind: 'added', member: 'user', after: 'app' },
      { kind: 'added', member: 'entrypoint', after: '["tini"]' },
      { kind: 'added', member: 'port', key: '81/tcp', after: '' },
      { kind: 'added', member: 'healthcheck', key: 'Test', after: '["CMD","true"]' },
      { kind: 'added', member: 'healthcheck', key: 'Interval', after: '5' },
      { kind: 'added', member: 'config.ArgsEscaped', after: 'true' },
    ]);
  });
});

test('steps are aligned: those between two that stay are paired by their instruction', async () => {
  const history = (...lines: string[]) => ({
    history: lines.map((line) => ({ created_by: line, empty_layer: line !== 'ADD /' })),
  });
  const one = await write('steps', {
    layers: [BASE],
    config: history('ADD /', 'ENV A=1', 'RUN old', 'CMD x'),
  });
  const two = await write('other-steps', {
    layers: [BASE],
    config: history('ADD /', 'ENV A=1', 'USER app', 'RUN new', 'CMD x', 'CMD y'),
  });
  expect((await compare(one, two)).history).toEqual([
    { kind: 'added', after: 'USER app' },
    { kind: 'changed', before: 'RUN old', after: 'RUN new', members: ['created_by'] },
    { kind: 'added', after: 'CMD y' },
  ]);
});

test('what cannot be compared is refused as wrong usage', async () => {
  const refusal = { code: 'usage' };
  await expect(compare(before, after, { parts: ['colours' as never] })).rejects.toMatchObject(
    refusal,
  );
  await expect(
    compare(before, after, { parts: ['history'], semantic: true }),
  ).rejects.toMatchObject(refusal);
});
