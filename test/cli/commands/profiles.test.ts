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

test('reslim profiles lists all profiles, one line each', async () => {
  const { status, stdout, stderr } = await reslim();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const { name, title } of await loadShippedProfiles())
    expect(stdout).toMatch(new RegExp(`^${name} +\\d+ \\+ \\d+  ${title.slice(0, 9)}`, 'm'));
});

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
});
