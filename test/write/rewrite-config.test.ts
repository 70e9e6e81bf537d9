import { expect, test } from 'vitest';
import { OCI } from '../../src/oci/media-type.ts';
import { rewriteConfig } from '../../src/write/rewrite-config.ts';
import type { WrittenLayer } from '../../src/write/write-layer.ts';
import { configOf, digestLike, parsed } from '../support/documents.ts';

const layer = (digit: string, from: number | undefined): WrittenLayer => ({
  descriptor: { mediaType: OCI.layer, digest: digestLike(digit), size: 1 },
  diffId: digestLike(digit),
  unpackedSize: 1,
  from,
  carried: false,
});

const TWO_LAYERS = {
  created: '2024-05-01T10:00:00Z',
  architecture: 'amd64',
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [digestLike('1'), digestLike('2')] },
  history: [
    { created: '2024-05-01T09:00:00Z', created_by: 'ADD rootfs' },
    { created_by: 'ENV A=1', empty_layer: true },
    { created_by: 'RUN install', comment: 'kept' },
  ],
};

const rewrite = (json: object, layers: readonly WrittenLayer[], timestamp?: number) =>
  parsed(rewriteConfig(configOf(json), layers, { timestamp }));

test('a config gets the diffIds of the new layers, and keeps what it has no word for', () => {
  const json = { ...TWO_LAYERS, 'com.example': { deep: [1] }, config: { Env: ['A=1'] } };
  const written = rewrite(json, [layer('a', 0), layer('b', 1)]);
  expect(written).toEqual({
    ...json,
    rootfs: { type: 'layers', diff_ids: [digestLike('a'), digestLike('b')] },
  });
});

test('the step of a layer that is gone becomes an empty one', () => {
  expect(rewrite(TWO_LAYERS, [layer('b', 1)])['history']).toEqual([
    { ...TWO_LAYERS.history[0], empty_layer: true },
    TWO_LAYERS.history[1],
    TWO_LAYERS.history[2],
  ]);
});

test('one layer made of several has a step of its own behind those of the builder', () => {
  const { history } = rewrite(TWO_LAYERS, [layer('a', undefined)]) as { history: object[] };
  expect(history).toHaveLength(4);
  expect(history.slice(0, 3)).toEqual(
    TWO_LAYERS.history.map((step) => ({ ...step, empty_layer: true })),
  );
  expect(history[3]).toMatchObject({ created: TWO_LAYERS.created, created_by: 'reslim' });
  expect(history[3]).not.toHaveProperty('empty_layer');
});

test('a history that does not fit the layers is closed by a step for each new layer', () => {
  const odd = { ...TWO_LAYERS, history: [{ created_by: 'only one' }] };
  const { history } = rewrite(odd, [layer('a', 0), layer('b', 1)]) as { history: object[] };
  expect(history.map((step) => 'empty_layer' in step)).toEqual([true, false, false]);
});

test('a config without history gets one only for a layer made of several', () => {
  const { history: _, ...bare } = { ...TWO_LAYERS, rootfs: { diff_ids: [digestLike('1')] } };
  expect(rewrite({ ...bare, history: [] }, [])['history']).toEqual([]);
  expect(rewrite(bare, [layer('a', undefined)])['history']).toHaveLength(1);
});

test('times later than --timestamp are clamped, earlier ones and texts that are no time stay', () => {
  const json = {
    ...TWO_LAYERS,
    history: [
      { created: '2024-05-01T09:00:00Z', created_by: 'a' },
      { created: 'yesterday', created_by: 'b' },
    ],
  };
  const nine = Date.parse('2024-05-01T09:00:00Z') / 1000;
  const layers = [layer('a', 0), layer('b', 1)];
  expect(rewrite(json, layers, nine)).toMatchObject({
    created: '2024-05-01T09:00:00Z',
    history: json.history,
  });
  expect(rewrite(json, layers, 0)).toMatchObject({
    created: '1970-01-01T00:00:00Z',
    history: [{ created: '1970-01-01T00:00:00Z' }, { created: 'yesterday' }],
  });
});
