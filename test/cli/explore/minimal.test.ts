import { beforeAll, describe, expect, test } from 'vitest';
import { FILTERS } from '../../../src/cli/explore/model/choices.ts';
import { decided, undecided } from '../../../src/cli/explore/model/decisions.ts';
import { reveal, type State } from '../../../src/cli/explore/model/state.ts';
import { drawScreen } from '../../../src/cli/explore/screen/draw-screen.ts';
import { textOf } from '../../../src/cli/explore/screen/line.ts';
import type { ExploredImage, ExploredMinimal } from '../../../src/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { keys, pathsOf, placeOf, screenOf, selectedPath } from './support/explored-image.ts';
import { explorePackaged, undecidedState } from './support/packaged-image.ts';

let image: ExploredImage;
let start: State;
beforeAll(async () => {
  image = await explorePackaged(tempFolder());
  start = undecidedState(image);
}, 60_000);

const found = (): ExploredMinimal => image.minimal as ExploredMinimal;
const atMinimal = (): State => decided(keys(start, 'v', 'v'), found());
const at = (path: string, state: State): State => reveal(state, placeOf(state.files, path));
const detailsOf = (state: State): string =>
  drawScreen({ ...state, size: { columns: 120, rows: 60 } })
    .details.map(textOf)
    .join('\n')
    .replaceAll(/ *\n {9}/g, ' ');
const rowOf = (name: string, state: State): string =>
  drawScreen({ ...state, size: { columns: 120, rows: 60 } })
    .files.map(textOf)
    .find((line) => line.includes(name)) ?? '';
const filtered = (name: string, state = start): State => {
  const steps = FILTERS.findIndex((each) => each.name === name);
  return keys(state, ...Array.from({ length: steps }, () => 'f'));
};

describe('it is decided when it is first asked for', () => {
  test('v goes from lean to minimal, asks for it once, and goes on to safe', () => {
    const asked = keys(start, 'v', 'v');
    expect(asked).toMatchObject({ level: 'minimal', isDeciding: true, request: 'decide' });
    const moved = keys(asked, 'down');
    expect(moved).toMatchObject({ isDeciding: true, request: undefined, cursor: 1 });
    expect(keys(moved, 'v')).toMatchObject({ level: 'safe', isDeciding: true });
    expect(keys(moved, 'v', 'v', 'v').request).toBeUndefined();
  });

  test('a filter asks for it, too', () => {
    const asked = filtered('goes at minimal');
    expect(asked).toMatchObject({ isDeciding: true, request: 'decide', level: 'safe' });
    expect(rowOf('▸', asked)).toContain('goes at minimal: deciding…');
  });

  test('a start at minimal asks for it at once', () => {
    expect(undecidedState(image, 'minimal')).toMatchObject({ request: 'decide', level: 'minimal' });
  });

  test('as long as it is not known, that is said, and nothing seems to go', () => {
    const asked = keys(start, 'v', 'v', '*');
    expect(screenOf(asked)[2]?.trimEnd()).toBe(
      'Goes with level minimal: deciding, which takes some seconds…',
    );
    expect(rowOf('idle', asked)).not.toContain('goes');
    expect(detailsOf(at('usr/bin/idle', asked))).toContain('minimal  deciding…');
  });

  test('what was chosen meanwhile stays', () => {
    const moved = keys(start, 'v', 'v', 'v', 's', 'down', 'right');
    const after = decided(moved, found());
    expect(after).toMatchObject({ level: 'safe', isDeciding: false, order: 'name' });
    expect(selectedPath(after)).toBe(selectedPath(moved));
    expect(pathsOf(after)).toEqual(pathsOf(moved));
    expect(keys(after, 'v', 'v').request).toBeUndefined();
  });

  test('where it fails, it says why, and goes back to lean', () => {
    const failed = undecided(filtered('goes at minimal', keys(start, 'v', 'v')), 'no space left');
    expect(failed).toMatchObject({ level: 'lean', isDeciding: false, filter: FILTERS[0] });
    expect(screenOf(failed).at(-1)?.trimEnd()).toBe('minimal: no space left');
    expect(keys(failed, 'v').request).toBe('decide');
  });
});

describe('what it decides', () => {
  test('the first lines say what goes, and how sure that is', () => {
    const line = screenOf(atMinimal())[2]?.trimEnd();
    expect(line).toMatch(/^Goes with level minimal: .* of .* \(.* %\); open in 1 place$/);
  });

  test('files go, or are open', () => {
    const state = keys(atMinimal(), '*');
    expect(rowOf('idle', at('usr/bin/idle', state))).toContain('goes');
    expect(rowOf('main', at('app/main', state))).toMatch(/ open {5}/);
    expect(rowOf('main', keys(at('app/main', state), 'v'))).not.toContain('open');
  });

  test('filters list what goes, and what is open', () => {
    const goes = keys(filtered('goes at minimal', atMinimal()), '*');
    expect(pathsOf(goes)).toContain('/usr/bin/idle');
    expect(pathsOf(goes)).not.toContain('/usr/bin/painter');
    expect(pathsOf(keys(filtered('open at minimal', atMinimal()), '*'))).toEqual([
      '/',
      '/app',
      '/app/main',
    ]);
  });

  test('details say what each level decides, and by which rule', () => {
    const idle = detailsOf(at('usr/bin/idle', atMinimal()));
    expect(idle).toContain('≤ lean  stays: no rule is about it');
    expect(idle).toMatch(/minimal {2}goes: Nothing that .* leads to it\. \(minimal\/unused\)/);
    const log = detailsOf(at('var/log/app.log', atMinimal()));
    expect(log).toMatch(/levels {2}goes: .*\(base\/logs\)/);
  });

  test('details say by which chain the image comes to use a file', () => {
    expect(detailsOf(at('usr/lib/libdraw.so.1', atMinimal()))).toContain(
      'used  entrypoint of the config starts /app/main; line 2 starts /usr/bin/painter; it loads',
    );
  });

  test('details have what is open: of a file its own, of the image all, with the confidence', () => {
    expect(detailsOf(at('app/main', atMinimal()))).toMatch(/open {2}\/app\/main, line 3 starts/);
    const whole = detailsOf(keys(atMinimal(), 'home'));
    expect(whole).toContain('minimal  open: some of what it may use could not be told');
    expect(whole).toMatch(/open {2}\/app\/main, line 3 starts/);
  });

  test('where it does what lean does, it says why', async () => {
    const other = await explorePackaged(tempFolder(), { entrypoint: [] });
    const state = decided(keys(undecidedState(other), 'v', 'v'), other.minimal as ExploredMinimal);
    const resized = { ...state, size: { columns: 120, rows: 40 } };
    expect(screenOf(resized)[2]).toContain(', as lean does: its config starts nothing');
    expect(detailsOf(state)).toContain('minimal  does what lean does: its config starts nothing');
  });

  test('marks win over it, and what a kept file leads to is said to stay', () => {
    const kept = keys(at('usr/bin/idle', atMinimal()), '+');
    expect(kept.effect.goes[placeOf(kept.files, 'usr/bin/idle')]).toBe(0);
    expect(kept.message).toBe('in a slim what it leads to stays as well, which is not shown here');
    expect(keys(at('usr/bin/painter', atMinimal()), '+').message).toBe('');
    const dropped = keys(at('usr/lib/libdraw.so.1', atMinimal()), '-');
    expect(dropped.effect.goes[placeOf(dropped.files, 'usr/lib/libdraw.so.1')]).toBe(1);
  });
});

describe('more details', () => {
  test('d gives most of the screen to them, and takes it back', () => {
    const { details } = drawScreen(atMinimal());
    const more = drawScreen(keys(atMinimal(), 'd'));
    expect(details.length).toBe(6);
    expect(more.details.length).toBeGreaterThan(10);
    expect(drawScreen(keys(atMinimal(), 'd', 'd')).details.length).toBe(6);
  });

  test('a word that is longer than a line is shown whole', () => {
    const state = at('usr/lib/libdraw.so.1', atMinimal());
    const narrow = drawScreen({ ...state, isDetailed: true, size: { columns: 40, rows: 40 } });
    const text = narrow.details.map((line) => textOf(line).slice(9).trim()).join('');
    expect(text).not.toContain('…');
    expect(text.replaceAll(' ', '')).toContain('/usr/lib/libdraw.so.1');
  });
});
