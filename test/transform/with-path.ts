import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs an action with a PATH that holds nothing but the folder. */
export const withPath = async <T>(folder: string, action: () => Promise<T>): Promise<T> => {
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    return await action();
  } finally {
    process.env['PATH'] = before;
  }
};

/** A folder of shell scripts that stand in for tools; each gets a PATH it can work with. */
export const fakeTools = (parent: string, scripts: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(parent, 'path-'));
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    chmodSync(path, 0o755);
  }
  return folder;
};
