import { expect, test } from 'vitest';
import { isFolder, nodeAt, nodesOf, pathOf, typeOf, walk } from '../../src/tree/node.ts';
import { plainImage } from '../support/plain-entries.ts';

const { tree, at } = plainImage([['b=1', 'a/x/y=2', 'a/c/', 'B->b'], ['z=>b']]);

test('nodes come with their paths, folders before what is in them, siblings by bytes', () => {
  expect([...walk(tree.root)].map(([path]) => path)).toEqual([
    '',
    'B',
    'a',
    'a/c',
    'a/x',
    'a/x/y',
    'b',
    'z',
  ]);
});

test('nodes without their paths come in the same order', () => {
  expect(nodesOf(tree.root)).toEqual([...walk(tree.root)].map(([, node]) => node));
  expect(tree.nodes).toEqual(nodesOf(tree.root));
});

test('a walk below a folder gives paths relative to the given one', () => {
  expect([...walk(at('a/x'), 'here')].map(([path]) => path)).toEqual(['here', 'here/y']);
});

test('every node knows its path, with an entry of its own or without', () => {
  for (const [path, node] of walk(tree.root)) expect(pathOf(node)).toBe(path);
  expect(at('a').entry).toBeUndefined();
});

test('a literal path leads to its node, and a symlink on the way is not followed', () => {
  expect(nodeAt(tree.root, '')).toBe(tree.root);
  expect(nodeAt(tree.root, 'a/x/y')?.name).toBe('y');
  expect(nodeAt(tree.root, 'B/x')).toBeUndefined();
  expect(nodeAt(tree.root, 'a//x')).toBeUndefined();
});

test('the type of a node is that of the file behind it', () => {
  expect(['a', 'a/c', 'b', 'B', 'z'].map((path) => typeOf(at(path)))).toEqual([
    'directory',
    'directory',
    'file',
    'symlink',
    'file',
  ]);
  expect(['a', 'a/c', 'b', 'B'].map((path) => isFolder(at(path)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(at('z').entry).toBe(at('b').entry);
});
