import { expect, test } from 'vitest';
import { shareGroups, type ContentGroup } from '../../src/plan/content-layers.ts';

const group = (id: string, kind: ContentGroup['kind']): ContentGroup => ({ id, kind });

const share = (most: number, before?: (group: ContentGroup) => string | undefined) =>
  shareGroups(() => group('application', 'application'), { most, before });

const PACKAGES = Array.from({ length: 300 }, (_, at) => group(`deb package-${at}`, 'system'));

test('groups lie in the same layers whatever else there is', () => {
  const all = share(20);
  const alone = share(20);
  const places = PACKAGES.map((each) => all.layerOf(each));
  expect(PACKAGES.toReversed().map((each) => alone.layerOf(each))).toEqual(places.toReversed());
});

test('one layer more moves few groups', () => {
  const [before, after] = [share(20), share(22)];
  const moved = PACKAGES.filter(
    (each) => before.nameOf(before.layerOf(each)) !== after.nameOf(after.layerOf(each)),
  );
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.length).toBeLessThan(PACKAGES.length / 5);
});

test('layers are filled about equally', () => {
  const { layerOf } = share(20);
  const counts = new Map<number, number>();
  for (const each of PACKAGES) counts.set(layerOf(each), (counts.get(layerOf(each)) ?? 0) + 1);
  expect(counts.size).toBe(9);
  expect(Math.max(...counts.values())).toBeLessThan((3 * PACKAGES.length) / 9);
});

test('records and the application have layers of their own, the application on top', () => {
  const { layerOf, nameOf, count } = share(10);
  expect(count).toBe(10);
  expect(nameOf(layerOf(group('records', 'records')))).toBe('records');
  expect(layerOf(group('application', 'application'))).toBe(9);
  expect(nameOf(layerOf(group('npm express', 'language')))).toMatch(/^packages-[1-4]$/);
  expect(nameOf(layerOf(group('step RUN make', 'step')))).toMatch(/^packages-[1-4]$/);
  expect(nameOf(layerOf(group('deb libc6', 'system')))).toMatch(/^system-[1-4]$/);
});

test.each([
  [1, ['application', 'application', 'application', 'application']],
  [2, ['records', 'records', 'records', 'application']],
  [3, ['system-1', 'system-1', 'records', 'application']],
  [4, ['system-1', 'packages-1', 'records', 'application']],
])('%i layers', (most, names) => {
  const { layerOf, nameOf } = share(most);
  const groups = [
    group('deb a', 'system'),
    group('npm a', 'language'),
    group('records', 'records'),
    group('application', 'application'),
  ];
  expect(groups.map((each) => nameOf(layerOf(each)))).toEqual(names);
});

test('a group stays where it was, as long as there is such a layer', () => {
  const { layerOf, nameOf } = share(10, ({ id }) => (id.endsWith('a') ? 'packages-4' : 'gone-7'));
  expect(nameOf(layerOf(group('deb a', 'system')))).toBe('packages-4');
  expect(nameOf(layerOf(group('deb b', 'system')))).toMatch(/^system-/);
});
