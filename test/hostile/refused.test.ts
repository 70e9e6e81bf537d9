import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BLOBS } from '../../fixtures/hostile/blobs.ts';
import { DOCUMENTS } from '../../fixtures/hostile/documents.ts';
import { GIANTS, READ_GIANTS } from '../../fixtures/hostile/giants.ts';
import type { HostileCase } from '../../fixtures/hostile/hostile-case.ts';
import { KINDS } from '../../fixtures/hostile/kinds.ts';
import { openLyingLayout } from '../../fixtures/hostile/lying-layout.ts';
import { TARS } from '../../fixtures/hostile/tars.ts';
import { APP } from '../../fixtures/hostile/tiny-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { errorLine, pictureOf, runMeasured } from './run-hostile.ts';

/*
 * Every hostile image goes through the command. It must be refused in one line, in time and within
 * memory, with source and target as they were and nothing left behind.
 */

const MAX_SECONDS = 10;
const MAX_MEMORY = 512;

const root = tempFolder();
let count = 0;

const check = async (
  { error, tag = ':x', args = [] }: HostileCase,
  source: string,
  path: string,
): Promise<void> => {
  const id = count++;
  const target = join(root, `target-${id}`);
  await (await openLyingLayout(target)).image({ layers: [APP] });
  const targetBefore = await pictureOf(target);
  const before = await pictureOf(path);
  const outcome = await runMeasured([`${source}${tag}`, '-o', `oci:${target}:x`, ...args], {
    temp: join(root, `temp-${id}`),
    cwd: root,
  });
  expect(errorLine(outcome)).toMatch(error);
  expect(outcome.leftInTemp).toEqual([]);
  expect(await pictureOf(target)).toEqual(targetBefore);
  expect(await pictureOf(path)).toEqual(before);
  expect(outcome.cpuSeconds).toBeLessThan(MAX_SECONDS);
  expect(outcome.memory).toBeLessThan(MAX_MEMORY);
};

describe.concurrent.each([
  ['documents', DOCUMENTS],
  ['blobs', BLOBS],
  ['kinds and names', KINDS],
  ['tars', TARS],
  ['giants', [...GIANTS, ...READ_GIANTS]],
])('%s', (_, cases) => {
  for (const each of cases) {
    test(`${each.name} is refused`, { timeout: 120_000 }, async () => {
      const folder = join(root, `case-${count++}`);
      const layout = join(folder, 'layout');
      await each.make(await openLyingLayout(layout));
      await check(each, `oci:${layout}`, folder);
      if (each.folderOnly) return;
      const archive = join(folder, 'image.tar');
      execFileSync('tar', ['-cf', archive, '-C', layout, '.']);
      await check(each, `oci-archive:${archive}`, folder);
    });
  }
});
