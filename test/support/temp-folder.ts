import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that lives as long as the test file or suite that asks for it. */
export const tempFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'reslim-e2e-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
