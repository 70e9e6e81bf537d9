import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

/** Those that were asked for outside of tests. */
const folders: string[] = [];

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

afterAll(() => folders.forEach(remove));

/**
 * A new private folder. It is removed after the test that asks for it, or, outside of tests, after all
 * tests of the file. Concurrent tests ask for one outside, since none of them is the current one.
 */
export const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'reslim-test-'));
  if (TestRunner.getCurrentTest()) onTestFinished(() => remove(folder));
  else folders.push(folder);
  return folder;
};
