import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { TestRunner } from 'vitest';

/** A command on the PATH, or `root` for tests that must run as root. */
const isThere = (tool: string): boolean =>
  tool === 'root'
    ? process.getuid?.() === 0
    : (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
        try {
          accessSync(join(folder, tool), constants.X_OK);
          return true;
        } catch {
          return false;
        }
      });

/**
 * Whether every tool is there: `describe.runIf(requireTools('podman', 'root'))`. Names what is missing
 * on stderr, so that no test disappears silently; with RESLIM_REQUIRE_ALL=1 it throws instead.
 */
export const requireTools = (...tools: readonly string[]): boolean => {
  const missing = tools.filter((tool) => !isThere(tool));
  return missing.length === 0 || isMissing(missing.join(', '));
};

/**
 * The same within a test, which is skipped then: for tools that a helper needs, or few tests of a file. A hook
 * cannot be skipped, and fails.
 */
export const skipWithout = (...tools: readonly string[]): void => {
  if (!requireTools(...tools))
    TestRunner.getCurrentTest()?.context.skip(`missing: ${tools.join(', ')}`);
};

/** The same for tests that install packages: whether npm's registry answers. */
export const reachesNpm = async (): Promise<boolean> => {
  try {
    await promisify(execFile)('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=20000']);
    return true;
  } catch {
    return isMissing('an answer of the npm registry');
  }
};

const isMissing = (what: string): false => {
  const words = `missing on this machine: ${what}`;
  if (process.env['RESLIM_REQUIRE_ALL'] === '1') throw new Error(words);
  process.stderr.write(`SKIPPED TESTS, ${words}\n`);
  return false;
};
