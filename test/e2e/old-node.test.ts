import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { reachesNpm } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';

const BIN = join(import.meta.dirname, '../../bin');

describe.runIf(await reachesNpm())('an old version of Node', () => {
  test.each([
    ['16.20.2', 'reslim.js'],
    ['18.20.8', 'reslim.js'],
    ['18.20.8', 'docker-reslim.js'],
  ])('%s reads bin/%s and says which version is needed', async (version, file) => {
    const words = ['-y', '-p', `node@${version}`, 'node', join(BIN, file), '--version'];
    const run = promisify(execFile)('npx', words, { cwd: tempFolder() });
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(
        `error: reslim needs Node 20.18.1 or later, this is Node ${version}\nhint: `,
      ),
    });
  });
});
