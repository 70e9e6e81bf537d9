import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

/**
 * A new private folder. It is removed after the test that asks for it, or, outside of tests, after the
 * file or suite. Concurrent tests ask for one outside, since none of them is the current one.
 */
export const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'reslim-test-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (TestRunner.getCurrentTest()) onTestFinished(remove);
  else afterAll(remove);
  return folder;
};
