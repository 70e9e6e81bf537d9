import { expect, test } from 'vitest';
import { prefetchFor } from '../../src/facts/prefetch.ts';
import type { OpenFile } from '../../src/tree/open-file.ts';
import { gatherFacts } from '../../src/facts/gather-facts.ts';
import { readSystemPackages } from '../../src/facts/system-packages.ts';
import { judgeImage } from '../../src/rules/judge-image.ts';
import { openRuleBook } from '../../src/rules/rule-book.ts';
import { pathOf } from '../../src/tree/node.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { factImage, type Files } from '../support/fact-image.ts';

const NO_RULES = openRuleBook({
  shipped: [],
  own: [],
  names: [],
  level: 'safe',
  keep: [],
  drop: [],
});

/** Which files are read, and which of them by more bytes than are prefetched. */
const readsOf = async (files: Files, config: object) => {
  const image = await factImage(files, { config });
  const prefetch = prefetchFor(image.config);
  const read = new Set<string>();
  const missed = new Set<string>();
  const open: OpenFile = (node) => {
    const file = image.open(node);
    return (
      file && {
        size: file.size,
        read: (offset, length) => {
          read.add(pathOf(node));
          if (!node.entry || offset + length > prefetch(node.entry)) missed.add(pathOf(node));
          return file.read(offset, length);
        },
      }
    );
  };
  const packages = await readSystemPackages(image.root, open);
  const facts = await gatherFacts({ ...image, open, packages }, NO_RULES.factQuery);
  await judgeImage(NO_RULES, { ...image, open, facts });
  await image.close();
  return { missed: [...missed], read: [...read].sort() };
};

/** A program: no text, and larger than what is read of it. */
const PROGRAM = Buffer.alloc(100_000);

test('all files that are read without rules are prefetched in an image of Debian', async () => {
  const files = dpkgFiles(
    [
      {
        name: 'coreutils',
        files: { 'usr/bin/chown': PROGRAM, 'usr/bin/env': PROGRAM },
        auto: true,
      },
    ],
    {
      bin: '-> usr/bin',
      'usr/bin/sh': '-> dash',
      'usr/bin/dash': PROGRAM,
      'usr/bin/start-helper': '#!/bin/sh\nchown -R app /srv\n',
      'usr/local/bin/docker-entrypoint.sh': `#!/bin/sh\n${'# long\n'.repeat(5000)}start-helper\nexec "$@"\n`,
      'usr/local/bin/npm': '-> ../lib/node_modules/npm/bin/npm-cli.js',
      'usr/local/lib/node_modules/npm/bin/npm-cli.js': '#!/usr/bin/env node\nrun()\n',
      'usr/local/bin/node': PROGRAM,
      'srv/app/server.js': `import http from 'node:http';\n${'// long\n'.repeat(5000)}`,
      'srv/app/package.json': '{"scripts": {"start": "node server.js"}}',
      'srv/app/node_modules/.package-lock.json': '{"packages": {}}',
      'srv/app/node_modules/left-pad/package.json': '{"name": "left-pad"}',
      'var/lib/dpkg/diversions': '/a\n/b\n:\n',
      'var/lib/dpkg/alternatives/awk': 'auto\n/usr/bin/awk\n\n/usr/bin/mawk\n5\n',
    },
  );
  const { missed, read } = await readsOf(files, {
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['npm', 'start'],
    WorkingDir: '/srv/app',
  });
  expect(missed).toEqual([]);
  expect(read).toEqual(
    expect.arrayContaining([
      'srv/app/node_modules/.package-lock.json',
      'srv/app/package.json',
      'usr/bin/chown',
      'usr/bin/start-helper',
      'usr/local/bin/docker-entrypoint.sh',
      'usr/local/lib/node_modules/npm/bin/npm-cli.js',
      'var/lib/apt/extended_states',
      'var/lib/dpkg/alternatives/awk',
      'var/lib/dpkg/diversions',
      'var/lib/dpkg/info/coreutils.list',
      'var/lib/dpkg/status',
    ]),
  );
});

test('all files that are read without rules are prefetched in images of Alpine and without a distribution', async () => {
  const alpine = {
    'bin/busybox': PROGRAM,
    'bin/sh': '-> busybox',
    'lib/apk/db/installed': 'P:musl\nV:1.2.5-r0\nF:lib\nR:libc.so\n',
    'etc/apk/world': 'musl\n',
    'srv/vendor/composer/installed.json': '{"packages": []}',
  };
  const distroless = {
    'var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12\n',
    'var/lib/dpkg/status.d/base.md5sums': 'x  etc/os-release\n',
    'etc/os-release': 'ID=debian\n',
    app: PROGRAM,
  };
  const shell = await readsOf(alpine, { Cmd: ['sh', '-c', 'php -S 0.0.0.0:80'] });
  expect(shell.missed).toEqual([]);
  expect(shell.read).toContain('bin/busybox');
  expect(shell.read).toContain('srv/vendor/composer/installed.json');
  const { missed, read } = await readsOf(distroless, { Entrypoint: ['/app'] });
  expect(missed).toEqual([]);
  expect(read).toContain('var/lib/dpkg/status.d/base.md5sums');
});
