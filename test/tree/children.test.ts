import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Children } from '../../src/tree/children.ts';

interface Named {
  readonly name: string;
}

test('what is in a folder is found by name, whatever was added, removed and sorted before', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '\xff'), maxLength: 3 });
  const step = fc.record({ do: fc.constantFrom('add', 'add', 'delete', 'get', 'sort'), name });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const children = new Children<Named>();
      const expected = new Map<string, Named>();
      let isSorted = false;
      for (const each of steps) {
        const node = { name: each.name };
        if (each.do === 'add' && !expected.has(each.name)) {
          children.add(each.name, node);
          expected.set(each.name, node);
        } else if (each.do === 'delete') {
          children.delete(each.name);
          expected.delete(each.name);
        } else if (each.do === 'sort') children.sort();
        isSorted = each.do === 'sort' || (isSorted && each.do !== 'add');
        expect(children.get(each.name)).toBe(expected.get(each.name));
        expect(children.has(each.name)).toBe(expected.has(each.name));
        expect(children.size).toBe(expected.size);
      }
      const names = [...expected.keys()];
      const sorted = names.toSorted((one, other) => (one < other ? -1 : 1));
      expect([...children.keys()].toSorted((one, other) => (one < other ? -1 : 1))).toEqual(sorted);
      if (isSorted) expect([...children.keys()]).toEqual(sorted);
      expect(new Map(children)).toEqual(expected);
      expect([...children.values()].map((node) => node.name)).toEqual([...children.keys()]);
    }),
  );
});

test('all that is in a folder can be removed while it is gone through', () => {
  for (const names of ['abc', 'cab']) {
    const children = new Children<Named>();
    for (const name of names) children.add(name, { name });
    for (const { name } of children.values()) children.delete(name);
    expect(children.size).toBe(0);
  }
});
