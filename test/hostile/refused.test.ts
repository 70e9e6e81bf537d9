import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { AMBIGUOUS } from '../../fixtures/hostile/ambiguous.ts';
import { BLOBS } from '../../fixtures/hostile/blobs.ts';
import { DOCUMENTS } from '../../fixtures/hostile/documents.ts';
import { EXTENDED_TARS } from '../../fixtures/hostile/extended-tars.ts';
import { GIANTS, READ_GIANTS } from '../../fixtures/hostile/giants.ts';
import { KINDS } from '../../fixtures/hostile/kinds.ts';
import { openLyingLayout } from '../../fixtures/hostile/lying-layout.ts';
import { PLACES } from '../../fixtures/hostile/places.ts';
import { TARS } from '../../fixtures/hostile/tars.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { expectRefusal, isLong } from './run-hostile.ts';

/** Every hostile image goes through the command, as a layout and as an archive, and must be refused. */

const root = tempFolder();
/** An archive differs from a layout in how blobs are found: a part of all cases shows it. */
const ARCHIVES_OF = isLong ? 1 : 6;
let count = 0;

describe.concurrent.each([
  ['documents', DOCUMENTS],
  ['ambiguous documents', AMBIGUOUS],
  ['blobs', BLOBS],
  ['places', PLACES],
  ['kinds and names', KINDS],
  ['tars', TARS],
  ['extended headers', EXTENDED_TARS],
  ['giants', [...GIANTS, ...READ_GIANTS]],
])('a hostile layout with %s', (_, cases) => {
  for (const [at, { name, make, error, args, tag = ':x', folderOnly }] of cases.entries()) {
    test(`${name} is refused`, { timeout: 300_000 }, async () => {
      const path = join(root, `case-${count++}`, 'image');
      const layout = join(path, 'layout');
      const places = [1, 2].map((each) => join(path, `../place-${each}`));
      for (const place of places) await mkdir(place, { recursive: true });
      await make(await openLyingLayout(layout));
      const [first = '', second = ''] = places;
      await expectRefusal({ source: `oci:${layout}${tag}`, path, place: first, error, args });
      if (!folderOnly && at % ARCHIVES_OF === 0) {
        const archive = join(path, 'image.tar');
        execFileSync('tar', ['-cf', archive, '-C', layout, '.']);
        const source = `oci-archive:${archive}${tag}`;
        await expectRefusal({ source, path, place: second, error, args });
      }
      await rm(join(path, '..'), { recursive: true });
    });
  }
});
