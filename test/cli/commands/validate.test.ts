import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openLyingLayout, sha256 } from '../../../fixtures/hostile/lying-layout.ts';
import { APP } from '../../../fixtures/hostile/tiny-tar.ts';
import { tryReslim } from '../../support/try-reslim.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const root = tempFolder();

beforeAll(async () => {
  await (await openLyingLayout(join(root, 'good'))).image({ layers: [APP] });
  const bad = await openLyingLayout(join(root, 'bad'));
  await bad.image({ layers: [APP], diffIds: [sha256('other')] });
});

const validate = (...args: string[]) => tryReslim(['validate', ...args], { cwd: root });

test('reslim validate exits with 0 for a valid image', async () => {
  const { status, stdout, stderr } = await validate('oci:good:x');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    /^oci:good:x sha256:\w{64}\n\nValid: 0 errors, 0 warnings, 1 image, \d+ B read\n$/,
  );
});

test('reslim validate lists errors on stdout and exits with 3', async () => {
  const { status, stdout, stderr } = await validate('oci:bad:x');
  expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
  expect(stdout).toMatch(
    /\nerror: diff-id: decompressed bytes have the digest sha256:\w+, the config says sha256:\w+, layer 1 of 1, sha256:\w+\n/,
  );
  expect(stdout).toMatch(/\nNot valid: 1 error, 0 warnings, 1 image, /);
  expect(await validate('oci:bad:x', '--quiet')).toEqual({ status: 3, stdout: '', stderr: '' });
});

test('reslim validate --json lists the findings', async () => {
  const { status, stdout } = await validate('oci:bad:x', '--json');
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'oci:bad:x',
    valid: false,
    images: 1,
    findings: [{ severity: 'error', code: 'diff-id' }],
  });
});

test('reslim validate exits with 1 for a missing image and with 2 for wrong usage', async () => {
  expect(await validate('oci:nowhere:x')).toMatchObject({ status: 1, stdout: '' });
  expect(await validate()).toMatchObject({ status: 2, stdout: '' });
  expect(await validate('oci:good:x', '--max-entries', '1')).toMatchObject({ status: 3 });
});
