import { expect, test } from 'vitest';
import { categorize } from '../../src/rules/categorize.ts';
import { pathOf } from '../../src/tree/node.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { plainEntries } from '../support/plain-entries.ts';

test('files are what their names and places say, whether or not something uses them', async () => {
  const { root, nodes } = squashLayers([
    plainEntries([
      'app/main.py',
      'app/__pycache__/main.cpython-311.pyc',
      'app/__pycache__/orphan.cpython-311.pyc',
      'root/.npm/_cacache/index',
      'tmp/README.md',
      'usr/share/doc/bash/README',
      'usr/share/locale/de/LC_MESSAGES/x.mo',
      'var/cache/apt/archives/bash.deb',
      'var/lib/apt/lists/main',
    ]),
  ]);
  const found = await categorize(root, nodes);
  expect(Object.fromEntries([...found].map(([node, name]) => [pathOf(node), name]))).toEqual({
    'app/__pycache__/main.cpython-311.pyc': 'bytecode',
    'root/.npm/_cacache/index': 'package-cache',
    'tmp/README.md': 'temp',
    'usr/share/doc/bash/README': 'docs',
    'usr/share/locale/de/LC_MESSAGES/x.mo': 'locale',
    'var/cache/apt/archives/bash.deb': 'package-cache',
    'var/lib/apt/lists/main': 'package-lists',
  });
});
