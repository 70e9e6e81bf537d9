import { describe, expect, test } from 'vitest';
import { dpkgFiles, type DpkgPackage } from '../support/dpkg-files.ts';
import { elfFile } from '../support/elf-file.ts';
import { judgeFiles, type Files } from '../support/fact-image.ts';

const SHELF = 'usr/lib/ruby/vendor_ruby';
const GEMS = 'usr/share/rubygems-integration/all';

const RUBY: readonly DpkgPackage[] = [
  {
    name: 'ruby3.1',
    files: { 'usr/bin/ruby3.1': elfFile(), 'usr/bin/ruby': '-> ruby3.1' },
    depends: 'libruby3.1, ruby-rubygems',
  },
  { name: 'libruby3.1', files: { 'usr/lib/ruby/3.1.0/set.rb': '' }, depends: 'rake' },
  {
    name: 'ruby-rubygems',
    files: { [`${SHELF}/rubygems.rb`]: '', [`${SHELF}/rubygems/x.rb`]: '' },
  },
  { name: 'rake', files: { [`${SHELF}/rake.rb`]: '' } },
];

/** A gem of the distribution with the sources given, by their names below the folder of sources. */
const gem = (
  name: string,
  sources: Files,
  rest: { depends?: string; needs?: string } = {},
): DpkgPackage => ({
  name: `ruby-${name}`,
  files: {
    ...Object.fromEntries(
      Object.entries(sources).map(([path, text]) => [`${SHELF}/${path}`, text]),
    ),
    [`${GEMS}/specifications/${name}-1.0.gemspec`]:
      rest.needs === undefined
        ? ''
        : `s.add_runtime_dependency(%q<${rest.needs}>.freeze, ["~> 1"])`,
  },
  ...(rest.depends === undefined ? {} : { depends: rest.depends }),
});

/** Names of packages that stay of those given. */
const chosen = async (
  packages: readonly DpkgPackage[],
  others: Files,
  { cmd = ['ruby', '/srv/app.rb'], env = [] as readonly string[] } = {},
): Promise<readonly string[]> => {
  const { gone } = await judgeFiles(dpkgFiles([...RUBY, ...packages], others), {
    config: { Cmd: cmd, Env: env },
    level: 'minimal',
  });
  for (const { name, files } of RUBY)
    expect(
      Object.keys(files).filter((path) => gone.includes(path)),
      name,
    ).toEqual([]);
  return packages
    .filter(({ files }) => Object.keys(files).every((path) => !gone.includes(path)))
    .map(({ name }) => name.replace('ruby-', ''));
};

const ALPHA = gem('alpha', { 'alpha.rb': '', 'alpha/part.rb': '' });
const BETA = gem('beta', { 'beta.rb': '' });
const RACK = gem('rack', { 'rack.rb': '', 'rack/handler.rb': 'require "rack/handler/#{server}"' });
const ALL = [ALPHA, BETA, RACK];

describe('gems stay that an application names', () => {
  test.each<[how: string, files: Files, setting: object]>([
    ['with require', { 'srv/app.rb': "require 'beta'" }, {}],
    ['for later', { 'srv/app.rb': "autoload :Beta, 'beta'" }, {}],
    ['in a Gemfile', { 'srv/app.rb': 'Bundler.require', 'srv/Gemfile': "gem 'beta', '~> 1'" }, {}],
    ['in a list', { 'srv/app.rb': '', 'srv/Gemfile.lock': 'GEM\n  specs:\n    beta (1.0)\n' }, {}],
    ['in settings', { 'srv/app.rb': '', 'srv/app.yml': 'adapter: beta\n' }, {}],
    ['in an option', { 'srv/x': '1' }, { cmd: ['ruby', '-rbeta', '-e', '1'] }],
    ['in a variable', { 'srv/app.rb': '' }, { env: ['RUBYOPT=-rbeta'] }],
    ['in a specification', { 'srv/app.rb': '', 'srv/x.gemspec': "s.add_dependency 'beta'" }, {}],
    [
      'in a gem of its own',
      {
        'srv/app.rb': '',
        'var/lib/gems/3.1.0/gems/own-1/lib/own.rb': "require 'beta'",
        'var/lib/gems/3.1.0/specifications/own-1.gemspec': '',
      },
      {},
    ],
  ])('%s', async (_, files, setting) => {
    expect(await chosen(ALL, files, setting)).toEqual(['beta']);
  });

  test('and no others', async () => {
    expect(await chosen(ALL, { 'srv/app.rb': "require 'set'\nputs Set.new" })).toEqual([]);
  });
});

test.each([
  'require name',
  'settings.each { |each| require each }',
  'require "#{name}"',
  'names.each(&method(:require))',
  'Object.autoload name.to_sym, name',
  'eval(text)',
  'instance_eval File.read(path)',
  'Marshal.load(bytes)',
  "require File.join('x', name)",
])('all gems stay where an application may load any: %s', async (source) => {
  expect(await chosen(ALL, { 'srv/app.rb': source })).toEqual(['alpha', 'beta', 'rack']);
});

describe('a gem that stays', () => {
  test('keeps what it requires, what its specification does, and what it depends on', async () => {
    const own = gem(
      'own',
      { 'own.rb': "require 'alpha/part'" },
      { depends: 'ruby-dep', needs: 'beta' },
    );
    const dep = gem('dep', { 'dep.rb': '' });
    expect(await chosen([own, dep, ...ALL], { 'srv/app.rb': "require 'own'" })).toEqual([
      'own',
      'dep',
      'alpha',
      'beta',
    ]);
  });

  test('keeps all that may be below the names it has', async () => {
    const puma = gem('puma', { 'puma.rb': '', 'rack/handler/puma.rb': '' });
    expect(await chosen([puma, ...ALL], { 'srv/app.rb': "require 'rack/handler'" })).toEqual([
      'puma',
      'rack',
    ]);
  });
});
