import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/layer/entry.ts';
import type { LayerBytes } from '../../src/layer/layer-bytes.ts';
import type { Layer } from '../../src/layer/layer.ts';
import type { HeaderChanges, Member } from '../../src/plan/plan.ts';
import { tarKey } from '../../src/write/known-tars.ts';

const layers = (...diffIds: readonly string[]): Layer[] =>
  diffIds.map((diffId) => ({ diffId }) as unknown as Layer);

const entry = (offset: number, layer = 0): Entry =>
  ({ layer, offset, headerSize: 512, bodySize: 10, path: 'a' }) as unknown as Entry;

const content = (text: string): LayerBytes => {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    read: async (target, at) => {
      bytes.copy(target, 0, at);
    },
    close: async () => {},
  };
};

const copied = (offset: number, layer?: number): Member => ({
  kind: 'copy',
  entry: entry(offset, layer),
});

const changed = (changes: HeaderChanges): Member => ({ kind: 'rewrite', entry: entry(0), changes });

const BASE = layers('sha256:a', 'sha256:b');

/** No two of these are the same tar. */
const DIFFERENT: readonly (readonly Member[])[] = [
  [],
  [copied(0)],
  [copied(1024)],
  [copied(0, 1)],
  [copied(0), copied(1024)],
  [copied(1024), copied(0)],
  [{ kind: 'folder', path: 'a' }],
  [{ kind: 'whiteout', path: 'a' }],
  [{ kind: 'folder', path: 'a' }, copied(0)],
  [changed({ path: 'a' })],
  [changed({ path: 'a b' })],
  [changed({ linkTo: 'a' })],
  [changed({ path: 'a', linkTo: 'b' })],
  [changed({ mtime: 0 })],
  [changed({ mtime: 1 })],
  [changed({ mtime: 0, plain: true })],
  [changed({ content: content('one') })],
  [changed({ content: content('two') })],
  [changed({ content: content('one') }), copied(0)],
];

describe('the key of a tar', () => {
  test('is the same for the same members of the same layers', async () => {
    for (const members of DIFFERENT)
      expect(await tarKey(members, BASE)).toBe(await tarKey([...members], [...BASE]));
  });

  test('is another one for any other members, contents or layers', async () => {
    const keys = await Promise.all(DIFFERENT.map((members) => tarKey(members, BASE)));
    expect(new Set(keys).size).toBe(DIFFERENT.length);
    const others = layers('sha256:a', 'sha256:c');
    expect(keys).not.toContain(await tarKey([copied(0, 1)], others));
    // Only the layers that it is made of count.
    expect(keys).toContain(await tarKey([copied(0)], others));
  });

  test('is not made where new contents are large', async () => {
    const large = { ...content(''), size: 17 * 1024 * 1024 };
    expect(await tarKey([changed({ content: large })], BASE)).toBeUndefined();
  });
});
