import { expect, test } from 'vitest';
import { openExpansionBudget } from '../../../src/layer/read/expansion-budget.ts';
import { TOTAL_RATIO_FLOOR } from '../../../src/base/limits.ts';
import { digestOf } from '../../../src/oci/digest.ts';

const A = digestOf(Buffer.from('a'));
const B = digestOf(Buffer.from('b'));

test('the expansion ratio is judged over all layers together, above a floor', () => {
  const budget = openExpansionBudget({ expansionRatio: 2 });
  const stored = TOTAL_RATIO_FLOOR / 4;
  for (const digest of [A, B]) {
    const layer = budget.open(digest);
    layer.addStored(stored);
    layer.addUnpacked(2 * stored, 'layer 0');
  }
  const last = budget.open(A);
  last.addStored(stored);
  expect(() => last.addUnpacked(1, 'layer 2')).toThrow(
    'the layers together decompress to more than 2 times their size (expansionRatio), layer 2',
  );
});

test('no layer below the floor is refused as a bomb', () => {
  const layer = openExpansionBudget({ expansionRatio: 2 }).open(A);
  expect(() => layer.addUnpacked(TOTAL_RATIO_FLOOR, 'layer 0')).not.toThrow();
});
