import { expect, test } from 'vitest';
import { NO_PACKAGES } from '../../src/ecosystems/system-package.ts';
import { buildGraph } from '../../src/graph/build-graph.ts';
import { showChain } from '../../src/graph/show-chain.ts';
import type { Node } from '../../src/tree/node.ts';
import { elfFile } from '../support/elf-file.ts';
import { factImage, type Files } from '../support/fact-image.ts';

const chain = async (path: string, files: Files, config: object): Promise<string> => {
  const image = await factImage(files, { config });
  const graph = await buildGraph(
    { ...image, packages: NO_PACKAGES },
    { programs: [], fileNeeds: true },
  );
  await image.close();
  return showChain(graph.chainTo(image.at(path) as Node));
};

const FILES: Files = {
  'usr/local/bin/start.sh': '#!/bin/sh\nset -e\n\nexec npm start\n',
  'usr/bin/npm': '-> ../lib/npm-cli',
  'usr/lib/npm-cli': '#!/bin/sh\n',
  'srv/package.json': '{"scripts": {"start": "server"}}',
  'usr/bin/server': elfFile({ needed: ['libx.so.1'] }),
  'usr/lib/libx.so.1': '-> libx.so.1.2',
  'usr/lib/libx.so.1.2': elfFile(),
  'usr/share/other': 'x',
};

test.each<[string, string]>([
  ['usr/local/bin/start.sh', 'entrypoint of the config starts /usr/local/bin/start.sh'],
  [
    'usr/lib/npm-cli',
    'entrypoint of the config starts /usr/local/bin/start.sh; line 4 starts /usr/lib/npm-cli',
  ],
  [
    'usr/bin/server',
    'entrypoint of the config starts /usr/local/bin/start.sh; line 4 names /srv/package.json; scripts.start starts /usr/bin/server',
  ],
  [
    'usr/lib/libx.so.1.2',
    'entrypoint of the config starts /usr/local/bin/start.sh; line 4 names /srv/package.json; scripts.start starts /usr/bin/server; it loads /usr/lib/libx.so.1.2',
  ],
  ['usr/share/other', ''],
])('how an image comes to use /%s', async (path, expected) => {
  const config = { Entrypoint: ['/usr/local/bin/start.sh'], WorkingDir: '/srv' };
  expect(await chain(path, FILES, config)).toBe(expected);
});
