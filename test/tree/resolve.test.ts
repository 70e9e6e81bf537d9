import { expect, test } from 'vitest';
import { pathOf } from '../../src/tree/node.ts';
import { MAX_LINKS, resolveLink, resolvePath } from '../../src/tree/resolve.ts';
import { plainImage } from '../support/plain-entries.ts';

const image = plainImage([
  [
    'usr/',
    'usr/bin/',
    'usr/bin/python3=ELF',
    'usr/bin/python->python3',
    'bin->usr/bin',
    'abs->/bin/python',
    'up->../../../usr/bin',
    'dangling->nowhere/at/all',
    'circle->other',
    'other->./circle',
    'file=x',
  ],
]);

/** Where a path leads and by which links, as text. */
const resolve = (path: string, from = '') => {
  const { node, links } = resolvePath(image.tree.root, path, image.at(from));
  return [node && pathOf(node), ...links.map(pathOf)];
};

test.each<[string, string, (string | undefined)[]]>([
  ['a literal path', 'usr/bin/python3', ['usr/bin/python3']],
  ['the root', '/', ['']],
  ['empty and dot components', '/usr//./bin/', ['usr/bin']],
  ['a symlink at the end', 'usr/bin/python', ['usr/bin/python3', 'usr/bin/python']],
  ['a symlink on the way', 'bin/python3', ['usr/bin/python3', 'bin']],
  ['an absolute target', 'abs', ['usr/bin/python3', 'abs', 'bin', 'usr/bin/python']],
  ['a target above the root', 'up/python3', ['usr/bin/python3', 'up']],
  ['a path above the root', '../../file', ['file']],
  ['a target that is missing', 'dangling', [undefined, 'dangling']],
  ['a name that is missing', 'usr/lib', [undefined]],
  ['a path below a file', 'file/x', [undefined]],
  ['a path that goes back out of a file', 'file/..', [undefined]],
])('%s resolves: %s', (_, path, expected) => {
  expect(resolve(path)).toEqual(expected);
});

test('a relative path starts at the folder it is given', () => {
  expect(resolve('python', 'usr/bin')).toEqual(['usr/bin/python3', 'usr/bin/python']);
  expect(resolve('../../file', 'usr/bin')).toEqual(['file']);
  expect(resolve('/file', 'usr/bin')).toEqual(['file']);
});

test('the target of a symlink is relative to the folder of the symlink', () => {
  const { node } = resolveLink(image.tree.root, image.at('usr/bin/python'), { steps: 10 });
  expect(node).toBe(image.at('usr/bin/python3'));
});

test('links in a circle end where Linux gives up', () => {
  const { node, links } = resolvePath(image.tree.root, 'circle');
  expect(node).toBeUndefined();
  expect(links).toHaveLength(MAX_LINKS + 1);
});

test('a path that takes more steps than are left is refused', () => {
  const budget = { steps: 3 };
  expect(resolvePath(image.tree.root, 'usr/bin/python3', undefined, budget).node).toBe(
    image.at('usr/bin/python3'),
  );
  expect(() => resolvePath(image.tree.root, 'file', undefined, budget)).toThrow(
    'following the symlinks of the image takes more than 50 million steps',
  );
});
