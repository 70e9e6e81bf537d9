import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { ARCHIVES } from '../../fixtures/hostile/archives.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { expectRefusal } from './run-hostile.ts';

const root = tempFolder();

describe.concurrent('a hostile archive of docker save', () => {
  for (const [at, { name, error, write, suffix = '' }] of ARCHIVES.entries()) {
    test(`${name} is refused`, { timeout: 120_000 }, async () => {
      const path = join(root, String(at), 'source');
      const place = join(root, String(at), 'place');
      await Promise.all([mkdir(path, { recursive: true }), mkdir(place, { recursive: true })]);
      const archive = join(path, 'image.tar');
      write(archive);
      await expectRefusal({ source: `docker-archive:${archive}${suffix}`, path, place, error });
      await rm(join(root, String(at)), { recursive: true });
    });
  }
});
