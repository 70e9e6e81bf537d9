import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadShippedProfiles } from '../../../src/profiles/shipped-profiles.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { writeSample } from '../support/sample-layout.ts';
import { tryReslim, type Outcome } from '../../support/try-reslim.ts';

const cwd = tempFolder();
const reslim = (...args: string[]): Promise<Outcome> => tryReslim(['profiles', ...args], { cwd });

beforeAll(async () => {
  await writeSample(cwd);
  await writeFile(
    join(cwd, 'own.yaml'),
    `name: own
title: what our build leaves
rules:
  - {id: logs, match: '/var/log/**', category: log, reason: nobody reads them}
  - {id: twice, match: /var/log/x.log, category: log, reason: the same again}
  - {id: nowhere, match: /no/such/place, category: log, reason: not there}
`,
  );
});

test.each([[[]], [['list']]])(
  'reslim profiles %j lists all profiles, one line each',
  async (words) => {
    const { status, stdout, stderr } = await reslim(...words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const { name, title } of await loadShippedProfiles())
      expect(stdout).toMatch(new RegExp(`^${name} +\\d+ \\+ \\d+  ${title.slice(0, 9)}`, 'm'));
  },
);

describe('reslim profiles show', () => {
  test('prints every rule of a profile with its reason', async () => {
    const { status, stdout } = await reslim('show', 'apt');
    expect(status).toBe(0);
    const apt = (await loadShippedProfiles()).find(({ name }) => name === 'apt');
    for (const { id, reason } of [...(apt?.rules ?? []), ...(apt?.keep ?? [])]) {
      expect(stdout).toContain(`apt/${id}`);
      expect(stdout).toContain(reason);
    }
  });

  test('prints a profile file', async () => {
    expect((await reslim('show', './own.yaml')).stdout).toContain('own/nowhere  safe, log');
  });

  test('suggests a name for an unknown one', async () => {
    expect(await reslim('show', 'pyton')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: no profile named pyton\nhint: did you mean python?\n',
    });
  });
});

test('reslim profiles test shows what each rule takes from an image', async () => {
  const { status, stdout, stderr } = await reslim('test', 'own.yaml', 'app:1.0');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/own\/logs {2}safe {2}\d+ files?, /);
  expect(stdout).toContain('own/nowhere  safe  takes nothing');
});

describe('reslim profiles lint', () => {
  test('finds nothing in the shipped profiles', async () => {
    const { status, stdout } = await reslim('lint');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ rules, nothing to complain about\n$/);
  });

  test('names a shadowed rule and exits with 3', async () => {
    const { status, stdout, stderr } = await reslim('lint', 'own.yaml');
    expect(status).toBe(3);
    expect(stdout).toBe('own/twice  own/logs takes all it matches already\n');
    expect(stderr).toBe('error: findings in 3 rules: 1\n');
  });

  test('names rules that take nothing from a given image', async () => {
    const { stdout } = await reslim('lint', 'own.yaml', '--image', 'app:1.0');
    expect(stdout).toContain('own/nowhere  takes nothing from the images given');
    expect(stdout).not.toContain('own/logs  takes nothing');
  });

  test('all mistakes in files are reported together, with findings in others', async () => {
    await writeFile(
      join(cwd, 'broken.yaml'),
      `name: broken
title: with mistakes
rules:
  - {id: a, match: var/log, category: log, reason: a glob without its slash}
  - {id: b, match: /x, level: extreme, category: log, reason: no such level}
`,
    );
    await writeFile(
      join(cwd, 'twins.yaml'),
      `name: twins
title: with other mistakes
rules:
  - {id: a, match: /x, category: log, reason: one}
  - {id: a, match: /y, category: log, reason: two}
  - {id: c, category: log, reason: about nothing}
  - {id: d, match: /z, overrides: base/licenses, category: log, reason: misspelt}
`,
    );
    expect(await reslim('lint', 'broken.yaml', 'own.yaml', 'twins.yaml')).toEqual({
      status: 2,
      stdout: `broken.yaml:4:20  rules[0].match: a glob must begin with "/" or "**/": var/log
broken.yaml:5:31  rules[1].level: expected "safe" or "lean"
own/twice  own/logs takes all it matches already
twins.yaml:5:10  rules[1].id: "a" is the id of another rule
twins.yaml:6:5  rules[2]: expected either "match" or "packages"
twins.yaml:7:35  rules[3].overrides: no keep rule is called "base/licenses" (Did you mean "base/licences"?)
`,
      stderr: 'error: no valid profile: broken.yaml, twins.yaml\n',
    });
  });

  test('images are read as for a run: with the options for platforms, registries and limits', async () => {
    const of = ['own.yaml', '--image', 'app:1.0'];
    expect((await reslim('lint', ...of, '--platform', 'linux/s390x')).stderr).toContain(
      'linux/s390x',
    );
    expect((await reslim('lint', ...of, '--max-entries', '1')).stderr).toMatch(/more than 1 file/);
    const closed = ['docker://127.0.0.1:9/x:1', '--retries', '0', '--insecure', '127.0.0.1'];
    expect((await reslim('test', 'own.yaml', ...closed)).stderr).toMatch(
      /^error: .*127\.0\.0\.1:9/,
    );
    expect((await reslim('test', 'own.yaml', 'app:1.0', '--platform', 'amd64')).status).toBe(0);
  });
});
