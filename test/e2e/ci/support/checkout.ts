import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../../..');

/** Copies what a checkout of this repository has, with changes that are not committed yet: no build, no packages. */
export const checkOut = async (folder: string): Promise<void> => {
  const flags = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', ['-C', ROOT, ...flags], {
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const path of stdout.split('\0')) {
    if (path !== '' && existsSync(join(ROOT, path)))
      await cp(join(ROOT, path), join(folder, path), { force: true });
  }
};

/** The environment of this process without what npm and CI add to it. */
export const plainEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|GITHUB_|RESLIM_|VITEST|INIT_CWD$|NODE_ENV$|CI$)/i.test(name),
    ),
  );
