import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBase, type Base } from '../../../../fixtures/traps/open-base.ts';
import { readTraps } from '../../../../fixtures/traps/read-trap.ts';
import { isLong } from '../../../hostile/run-hostile.ts';
import { requireTools } from '../../../support/requires.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { judgeTrap } from './judge-trap.ts';

const TOOLS = ['root', 'podman', 'skopeo', 'mmdebstrap', 'unshare', 'tar'];

/** Only traps whose names hold this text are tried: `RESLIM_TRAPS=dlopen`. */
const ONLY = process.env['RESLIM_TRAPS'] ?? '';

const traps = (await readTraps()).filter(({ name }) => name.includes(ONLY));

/** Tries the traps of one folder of `fixtures/traps`; a few of them in every run, all in a long one. */
export const testTraps = (name: string): void => {
  const chosen = traps
    .filter((trap) => trap.name.startsWith(`${name}/`))
    .filter(({ isShort }) => isShort || isLong || ONLY !== '');

  describe.runIf(requireTools(...TOOLS) && chosen.length > 0)(`traps of ${name}`, () => {
    const cache = tempFolder();
    let base: Base;

    beforeAll(async () => {
      base = await openBase((chosen[0] as (typeof chosen)[0]).base);
    });

    test.each(chosen)('$name: $title', async (trap) => {
      const folder = join(tempFolder(), 'trap');

      const { before, after, use, notes } = await judgeTrap(trap, { base, folder, cache });
      const found = {
        confidence: use?.confidence ?? notes.join('\n'),
        places: trap.places.filter((place) =>
          use?.open.some((each) => !each.covered && each.place.startsWith(place)),
        ),
        works: after.status === before.status && after.stdout === before.stdout,
      };

      expect(before, 'in the original').toMatchObject({ stdout: trap.prints, status: trap.exits });
      expect(found, JSON.stringify({ after, open: use?.open }, undefined, 1)).toEqual({
        confidence: trap.confidence,
        places: trap.places,
        works: trap.breaks === undefined,
      });
      // Only what is known to be open may break.
      if (trap.breaks !== undefined) expect(trap.confidence).toBe('open');
    });
  });
};
