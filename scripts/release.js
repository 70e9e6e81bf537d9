// Makes a release: sets the version and the date in the changelog, commits and tags that, and packs the
// tarball. Run it in a
// clean checkout. Nothing is pushed or published.
//   node scripts/release.js VERSION [--date YYYY-MM-DD] [--dry-run]
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const {
  positionals: [version = ''],
  values: { 'dry-run': isDryRun = false, date = new Date().toISOString().slice(0, 10) },
} = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean' }, date: { type: 'string' } },
});

const fail = (message) => {
  console.error(`error: ${message}`);
  process.exit(1);
};

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) fail(`not a version: ${JSON.stringify(version)}`);
if (!/^\d{4}-\d\d-\d\d$/.test(date)) fail(`not a date: ${JSON.stringify(date)}`);
if (git('status', '--porcelain') !== '') fail('the checkout has changes that are not committed');
if (git('tag', '--list', `v${version}`) !== '') fail(`the tag v${version} exists`);

const changelog = readFileSync('CHANGELOG.md', 'utf8');
const heading = /^## \[[^\]]+\] - Unreleased$/m;
if (!heading.test(changelog)) fail('CHANGELOG.md has no section that is marked "Unreleased"');
const dated = changelog.replace(heading, `## [${version}] - ${date}`);

/** Replaces the version where it first occurs, and leaves every other byte as it is. */
const withVersion = (text) => text.replaceAll(/^( {2}| {6})"version": "[^"]+"/gm, setFirst(text));

function setFirst(text) {
  const { version: old } = JSON.parse(text);
  let left = text.includes('"lockfileVersion"') ? 2 : 1;
  return (found, indent) =>
    left > 0 && found.endsWith(`"${old}"`) && left-- > 0
      ? `${indent}"version": "${version}"`
      : found;
}

const files = [
  ['CHANGELOG.md', dated],
  ...['package.json', 'package-lock.json'].map((name) => [
    name,
    withVersion(readFileSync(name, 'utf8')),
  ]),
];
console.log(`set ${version} in ${files.map(([name]) => name).join(', ')}; date ${date}`);
console.log(`commit and tag v${version}; pack reslim-${version}.tgz`);
if (isDryRun) process.exit();

for (const [name, text] of files) writeFileSync(name, text);
git('commit', '--quiet', '--all', '--message', `release: ${version}`);
git('tag', '--annotate', `v${version}`, '--message', version);
execFileSync('npm', ['pack', '--silent'], { stdio: 'inherit' });
