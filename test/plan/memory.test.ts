import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { END, rawMember } from '../../fixtures/raw-tar.ts';
import { planSlim } from '../../src/plan/plan-slim.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { codec } from '../support/codec.ts';
import { openLayers, openSpools } from '../support/memory.ts';

const LAYERS = 2;
const FILES = 30_000;

/** As they are, they take 155 bytes; as objects with all their values, they took 370. */
const BYTES_PER_FILE = 200;

/** Empty files, in folders of 250. */
const tarOf = (layer: number): Buffer => {
  const members: Buffer[] = [];
  for (let file = 0; file < FILES; file++) {
    const folder = `app/layer${layer}/${Math.floor(file / 250)}`;
    if (file % 250 === 0) members.push(rawMember({ name: `${folder}/`, type: '5', mode: 0o755 }));
    members.push(rawMember({ name: `${folder}/file${file}.dat` }));
  }
  return Buffer.concat([...members, END]);
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const bytesInUse = async (): Promise<number> => {
  codec.buffers.clear();
  // What buffers take is given back a moment after they were found to be garbage.
  for (let round = 0; round < 2; round++) {
    collectGarbage();
    await setTimeout(100);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

test('what is known of a file from its layer to the plan takes little memory', async () => {
  const spools = await openSpools();
  const tars = Array.from({ length: LAYERS }, (_, layer) => tarOf(layer));
  const before = await bytesInUse();
  const layers = await openLayers(tars, spools.newSpool);
  const tree = squashLayers(layers.map(({ entries }) => entries));
  const plan = planSlim(
    { layers, tree, verdicts: new Map(), replacements: new Map() },
    {
      squash: 'all',
      compression: 'none',
      plainAs: 'none',
      zstdAs: 'zstd',
      recompress: false,
    },
  );
  const taken = (await bytesInUse()) - before;
  expect(taken / (LAYERS * FILES)).toBeGreaterThan(0);
  expect(taken / (LAYERS * FILES)).toBeLessThan(BYTES_PER_FILE);
  // All of it is in use up to here.
  expect(plan.layers).toHaveLength(1);
  expect(tree.nodes.length).toBeGreaterThan(LAYERS * FILES);
  for (const { bytes } of layers) await bytes.close();
  await spools.close();
}, 120_000);
