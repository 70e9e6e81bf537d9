import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compareVersions } from '../../src/comparison/compare-versions.ts';
import { skipWithout } from '../support/requires.ts';

const DEBIAN = [
  ...['1.0', '1.0-1', '1.0.1-1', '1.0a', '1.0~rc1', '1.0+dfsg-1', '1:0.5', '00001.0', '1.0-0'],
  ...['2.36-9+deb12u9', '2.36-9+deb12u10', '4.17.21+dfsg+~cs8.31.198-9', '1.0-1~bpo12+1'],
];

test('versions of Debian are ordered as dpkg orders them', () => {
  skipWithout('dpkg');
  const script =
    'while read -r a b; do dpkg --compare-versions "${a#_}" lt "${b#_}"; echo $?; done';
  const pairs = DEBIAN.flatMap((a, at) => DEBIAN.slice(at).map((b) => [a, b] as const));
  const input = pairs.map(([a, b]) => `_${a} _${b}\n`).join('');
  const { stdout } = spawnSync('bash', ['-c', script], { input, encoding: 'utf8' });
  const older = stdout.trimEnd().split('\n');
  expect(pairs.map(([a, b]) => `${a} < ${b}: ${compareVersions('deb', a, b) < 0}`)).toEqual(
    pairs.map(([a, b], at) => `${a} < ${b}: ${older[at] === '0'}`),
  );
});

test.each([
  [
    'npm',
    ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.1', '1.10.0'],
  ],
  ['python', ['1.0.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0.post1', '1.1', '1!0.1']],
  ['apk', ['1.2_alpha', '1.2_pre4', '1.2-r0', '1.2-r1', '1.2.1-r0', '1.10-r0']],
  ['gem', ['1.0.0.pre1', '1.0.0', '1.0.0.1']],
])('versions of %s are ordered with those before a release first', (type, versions) => {
  for (const [at, version] of versions.entries())
    for (const [other, each] of versions.entries())
      expect([version, each, Math.sign(compareVersions(type, version, each))]).toEqual([
        version,
        each,
        Math.sign(at - other),
      ]);
});
