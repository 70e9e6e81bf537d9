import { describe, expect, test } from 'vitest';
import { parseProfile } from '../../src/profiles/parse-profile.ts';
import { loadShippedProfiles } from '../../src/profiles/shipped-profiles.ts';
import { dpkgFiles } from '../support/dpkg-files.ts';
import { judgeFiles } from '../support/fact-image.ts';

const PACKAGES = dpkgFiles([
  { name: 'libc6', files: { 'usr/lib/libc.so.6': 'x' } },
  { name: 'make', files: { 'usr/bin/make': 'x' } },
]);
const LANGUAGES = {
  'srv/venv/lib/python3.11/site-packages/flask-3.0.dist-info/METADATA': 'Name: flask',
  'srv/node_modules/@a/b/package.json': '{"name":"@a/b"}',
  'srv/node_modules/express/package.json': '{"name":"express"}',
  'srv/gems/specifications/rack-3.0.1.gemspec': 'x',
  'srv/lib/log4j-core-2.20.0.jar': 'x',
  'srv/vendor/composer/installed.json': '{"packages":[{"name":"a/b","version":"1.2"}]}',
};

const own = async (rule: string) => [
  parseProfile(
    `name: own\ntitle: t\nrules:\n  - {id: r, category: c, reason: r, ${rule}}\n`,
    'own.yaml',
    await loadShippedProfiles(),
  ),
];

test('the packages that scanners find are listed', async () => {
  const { judgement } = await judgeFiles({ ...PACKAGES, ...LANGUAGES }, { level: 'safe' });
  const { before, after, lost, refusal } = judgement.inventory;
  expect(before.map(({ type, name, version }) => `${type} ${name} ${version}`).sort()).toEqual([
    'composer a/b 1.2',
    'deb libc6 1.0-1',
    'deb make 1.0-1',
    'gem rack 3.0.1',
    'jar log4j-core 2.20.0',
    'npm @a/b ',
    'npm express ',
    'python flask 3.0',
  ]);
  expect(after).toEqual(before);
  expect({ lost, refusal }).toEqual({ lost: [], refusal: undefined });
});

test('the files of a removed package are accounted to it', async () => {
  const { judgement } = await judgeFiles(PACKAGES);
  expect(judgement.inventory.after.map(({ name }) => name)).toEqual(['libc6']);
  expect(judgement.inventory.lost.map(({ name }) => name)).toEqual(['make']);
  expect(judgement.inventory.refusal).toBeUndefined();
});

describe('a package may not vanish from the database alone:', () => {
  test.each<[string, string]>([
    ['a rule that takes the package database', "match: /var/lib/dpkg/status, overrides: 'base/*'"],
    ['a rule that takes the folder of it', "match: /var/lib/dpkg, overrides: ['base/*', 'apt/*']"],
  ])('%s', async (_, rule) => {
    const { judgement } = await judgeFiles(PACKAGES, { own: await own(rule), level: 'safe' });
    expect(judgement.inventory.refusal).toMatchObject({
      code: 'policy',
      message:
        "deb package libc6 and 1 others would vanish from scanners' lists, /var/lib/dpkg/status",
    });
  });
});

test('--drop may take the files of a package', async () => {
  const { judgement } = await judgeFiles(
    { ...PACKAGES, ...LANGUAGES },
    {
      drop: ['/var/lib/dpkg/**', '**/*.jar'],
      level: 'safe',
    },
  );
  expect(judgement.inventory.lost.map(({ name }) => name)).toEqual(['libc6', 'make', 'log4j-core']);
  expect(judgement.inventory.refusal).toBeUndefined();
});

test('a rule that overrides the keep rules of records takes packages on purpose', async () => {
  const rule = "match: '/srv/node_modules/**', overrides: [base/language-records]";
  const { judgement } = await judgeFiles(LANGUAGES, { own: await own(rule), level: 'safe' });
  expect(judgement.inventory.lost.map(({ name }) => name)).toEqual(['@a/b', 'express']);
  expect(judgement.inventory.refusal).toBeUndefined();
});
