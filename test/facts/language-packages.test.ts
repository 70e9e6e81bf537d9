import { expect, test } from 'vitest';
import { findLanguagePackages } from '../../src/facts/language-packages.ts';
import { factImage, type Files } from '../support/fact-image.ts';

const found = async (files: Files): Promise<string[]> => {
  const image = await factImage(files);
  const packages = await findLanguagePackages(image.root, image.open);
  await image.close();
  return packages.map(({ type, name, version }) => `${type} ${name} ${version}`.trimEnd());
};

test.each([
  ['srv/node_modules/left-pad/package.json', 'npm left-pad'],
  ['srv/node_modules/@scope/name/package.json', 'npm @scope/name'],
  ['usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA', 'python six 1.16.0'],
  ['usr/lib/python3/dist-packages/six-1.16.0.egg-info', 'python six 1.16.0'],
  ['opt/site-packages/six-1.16.0-py3.11.egg-info/PKG-INFO', 'python six 1.16.0'],
  ['usr/lib/ruby/specifications/rack-3.0.8.gemspec', 'gem rack 3.0.8'],
  ['usr/lib/ruby/specifications/default/json-2.6.3.gemspec', 'gem json 2.6.3'],
  ['app/lib/spring-core-6.1.2.jar', 'jar spring-core 6.1.2'],
  ['app/app.war', 'jar app'],
  ['opt/conda/conda-meta/numpy-1.26.4-py311_0.json', 'conda numpy 1.26.4'],
  // Both signs fit: the first in the list of ecosystems counts.
  ['opt/conda/conda-meta/a-1-b.deps.json', 'conda a 1'],
  ['app/Server.deps.json', 'nuget Server'],
])('%s is the sign of a package', async (path, expected) => {
  expect(await found({ [path]: '{}' })).toEqual([expected]);
});

test.each([
  'srv/node_modules/.package-lock.json',
  'srv/node_modules/left-pad/lib/package.json',
  'srv/package.json',
  'srv/METADATA',
  'srv/rack.gemspec',
  'srv/left-pad.jar.txt',
])('%s is no sign of a package', async (path) => {
  expect(await found({ [path]: '{}' })).toEqual([]);
});

test('a folder named like a sign is no package', async () => {
  expect(await found({ 'app/lib/spring-core-6.1.2.jar/x': 'x' })).toEqual([]);
});

test("all packages in Composer's list are found", async () => {
  const packages = [
    { name: 'monolog/monolog', version: '3.5.0' },
    { name: 'psr/log', version: '3.0.0' },
  ];
  const files = { 'srv/vendor/composer/installed.json': JSON.stringify({ packages }) };
  expect(await found(files)).toEqual(['composer monolog/monolog 3.5.0', 'composer psr/log 3.0.0']);
});

test.each(['not JSON', '[]', '{"packages": 1}', ''])(
  'a list of Composer that holds %j has no packages',
  async (text) => {
    expect(await found({ 'srv/vendor/composer/installed.json': text })).toEqual([]);
  },
);

test('a list of Composer with hundreds of thousands of packages is read like any other', async () => {
  const text = `{"packages": [${Array.from({ length: 200_000 }, () => '{}').join()}]}`;
  expect(await found({ 'srv/vendor/composer/installed.json': text })).toHaveLength(200_000);
});
