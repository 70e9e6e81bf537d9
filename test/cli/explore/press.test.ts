import { beforeAll, describe, expect, test } from 'vitest';
import { toBytes } from '../../../src/base/byte-path.ts';
import { ORDERS, FILTERS } from '../../../src/cli/explore/model/choices.ts';
import { resize } from '../../../src/cli/explore/model/press.ts';
import { reveal, type State } from '../../../src/cli/explore/model/state.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import {
  exploreSample,
  keys,
  pathsOf,
  placeOf,
  selectedPath,
  stateOf,
  type,
} from './support/explored-image.ts';

let start: State;
beforeAll(async () => {
  start = stateOf(await exploreSample(tempFolder()));
}, 60_000);

const at = (path: string, state = start): State => reveal(state, placeOf(state.files, path));
/** Goes through the filters to the one of a name. */
const filtered = (name: string, state = start): State => {
  const steps = FILTERS.findIndex((each) => each.name === name);
  return keys(state, ...Array.from({ length: steps }, () => 'f'));
};

describe('moving', () => {
  test('the folders at the top are there at the start, largest first', () => {
    expect(pathsOf(start)).toEqual(['/', '/var', '/app', '/usr', '/data']);
    expect(selectedPath(start)).toBe('/');
  });

  test.each([
    [['down'], '/var'],
    [['j', 'j', 'k'], '/var'],
    [['end'], '/data'],
    [['G', 'home'], '/'],
    [['pagedown'], '/data'],
    [['pagedown', 'pageup'], '/'],
    [['up'], '/'],
  ])('%s leads to %s', (pressed, path) => {
    expect(selectedPath(keys(start, ...pressed))).toBe(path);
  });

  test('→ opens a folder, then goes into it; ← goes back to the folder, then closes it', () => {
    const opened = keys(start, 'down', 'right');
    expect(pathsOf(opened)).toContain('/var/log');
    expect(selectedPath(opened)).toBe('/var');
    const inside = keys(opened, 'right');
    expect(selectedPath(inside)).toBe('/var/log');
    expect(selectedPath(keys(inside, 'left'))).toBe('/var');
    expect(pathsOf(keys(inside, 'left', 'left'))).toEqual(pathsOf(start));
  });

  test('Enter opens and closes, and the root stays open', () => {
    expect(pathsOf(keys(start, 'down', 'enter', 'enter'))).toEqual(pathsOf(start));
    expect(pathsOf(keys(start, 'h', 'enter'))).toEqual(pathsOf(start));
  });

  test('* opens all that is below', () => {
    expect(pathsOf(keys(start, 'down', '*'))).toContain('/var/log/app.log');
    expect(pathsOf(keys(start, '*'))).toHaveLength(start.files.count - 2);
  });

  test('the selected row stays on the screen', () => {
    const small = resize(keys(start, '*', 'end'), { columns: 80, rows: 14 });
    expect(small.top).toBeGreaterThan(0);
    expect(keys(small, 'home').top).toBe(0);
  });
});

describe('layers', () => {
  test('the chosen layer decides what is listed, deleted files included', () => {
    const second = keys(start, 'tab', 'down', 'down');
    expect(second.layer).toBe(2);
    expect(pathsOf(keys(second, 'tab', '*'))).toEqual([
      '/',
      '/app',
      '/app/also',
      '/app/gone',
      '/app/link',
      '/app/old',
    ]);
  });

  test('→ and Tab lead back to the files', () => {
    expect(keys(start, 'tab').pane).toBe('layers');
    expect(keys(start, 'tab', 'right').pane).toBe('files');
    expect(keys(start, 'tab', 'tab').pane).toBe('files');
  });

  test('no key leads beyond the last', () => {
    expect(keys(start, 'tab', 'end', 'down').layer).toBe(3);
    expect(keys(start, 'tab', 'up').layer).toBe(0);
  });

  test('what is selected stays selected, or the folder that it is in', () => {
    expect(selectedPath(keys(at('data/a.bin'), 'tab', 'end'))).toBe('/data/a.bin');
    expect(selectedPath(keys(at('app/main'), 'tab', 'end'))).toBe('/');
  });
});

describe('filters', () => {
  test.each([
    ['wasted', ['/app/gone', '/app/old', '/data/b.bin']],
    ['goes at safe', ['/var/log/app.log']],
    ['goes at lean', ['/usr/share/doc/x/readme', '/var/log/app.log']],
    ['setuid or setgid', ['/app/su']],
    ['changes a lower layer', ['/app/old']],
  ])('%s', (name, files) => {
    const state = keys(filtered(name), '*');
    const leaves = state.rows.filter((each) => !state.files.isFolder(each));
    expect(leaves.map((each) => `/${state.files.pathOf(each)}`).sort()).toEqual(files);
  });

  test('of no package: all of this image', () => {
    expect(pathsOf(keys(filtered('of no package'), '*'))).toEqual(pathsOf(keys(start, '*')));
  });

  test('F goes back, a shows everything again', () => {
    expect(keys(start, 'f', 'F').filter).toBe(start.filter);
    expect(keys(start, 'F').filter).toBe(FILTERS.at(-1));
    const all = keys(start, 'tab', 'end', 'f', 'a');
    expect([all.layer, all.filter.name]).toEqual([0, 'all files']);
  });

  test('sizes of folders are of what is listed', () => {
    const { listing, files } = filtered('wasted');
    expect(listing.bytes[placeOf(files, 'app')]).toBe(800);
    expect(listing.bytes[0]).toBe(803);
  });
});

describe('order', () => {
  test('s goes through size, name and count', () => {
    const orders = [start, keys(start, 's'), keys(start, 's', 's'), keys(start, 's', 's', 's')];
    expect(orders.map(({ order }) => order)).toEqual([...ORDERS, 'size']);
    expect(pathsOf(keys(start, 's'))).toEqual(['/', '/app', '/data', '/usr', '/var']);
    expect(pathsOf(keys(start, 's', 's'))).toEqual(['/', '/app', '/data', '/usr', '/var']);
  });
});

describe('search', () => {
  const search = (text: string, state = start): State =>
    keys(type(keys(state, '/'), text), 'enter');

  test('text is found in names, in capitals or not, and its folders are opened', () => {
    const found = search('APP.L');
    expect(selectedPath(found)).toBe('/var/log/app.log');
    expect(found.message).toBe('1 of 1 match of APP.L');
  });

  test('text with a slash is found in paths', () => {
    expect(selectedPath(search('x/read'))).toBe('/usr/share/doc/x/readme');
  });

  test('a glob is for names in any folder, or for paths', () => {
    const found = search('*.bin');
    expect(found.message).toBe('1 of 3 matches of *.bin');
    expect(selectedPath(keys(found, 'n', 'n'))).toBe('/data/b.bin');
    expect(selectedPath(keys(found, 'n', 'n', 'n'))).toBe(selectedPath(found));
    expect(selectedPath(keys(found, 'N'))).toBe('/data/b.bin');
    expect(selectedPath(search('/app/m*'))).toBe('/app/main');
  });

  test('wide characters are found', () => {
    expect(selectedPath(search('本'))).toBe(`/${toBytes('data/日本語')}`);
  });

  test('what is typed can be taken back, and left', () => {
    const typed = keys(type(keys(start, '/'), 'ab'), 'backspace');
    expect(typed.dialog).toEqual({ kind: 'search', text: 'a' });
    expect(keys(typed, 'ctrl-u').dialog).toEqual({ kind: 'search', text: '' });
    expect(keys(typed, 'escape').dialog).toBeUndefined();
    expect(keys(typed, 'up', 'tab').dialog).toEqual({ kind: 'search', text: 'a' });
  });

  test('it says where nothing is found, or nothing that is listed', () => {
    expect(search('nowhere').message).toBe('nothing listed matches nowhere');
    expect(search('readme', filtered('wasted')).message).toBe(
      'nothing listed matches readme; 1 where nothing is left out: press a',
    );
    expect(keys(start, 'n').message).toBe('nothing was searched for: press /');
  });
});

describe('levels and marks', () => {
  test('a level removes what the analysis says', () => {
    for (const [state, level] of [
      [start, 'safe'],
      [keys(start, 'v'), 'lean'],
    ] as const) {
      const savings = start.files.image.analysis.savings.find((each) => each.level === level);
      expect(state.level).toBe(level);
      expect(state.effect.bytes[0]).toBe(savings?.bytes);
    }
  });

  test('a mark to drop takes all that is in a folder, a mark to keep holds it', () => {
    const before = start.effect.bytes[0] as number;
    const dropped = keys(at('data'), '-');
    expect(dropped.effect.bytes[0]).toBe(
      before + (start.listing.bytes[placeOf(start.files, 'data')] as number),
    );
    expect(keys(at('data/a.bin', dropped), '+').effect.bytes[0]).toBe(
      (dropped.effect.bytes[0] as number) - 3,
    );
    expect(keys(at('var/log'), '+').effect.bytes[0]).toBe(before - 999);
  });

  test('the same mark again, or u, clears it', () => {
    const marked = keys(at('data'), '-');
    expect(keys(marked, '-').marks.size).toBe(0);
    expect(keys(marked, 'u').marks.size).toBe(0);
    expect(keys(marked, '+').marks.get(placeOf(start.files, 'data'))).toBe('keep');
    expect(keys(start, 'u').message).toBe('it has no mark of its own');
  });

  test('keep wins over drop, and that is said', () => {
    const state = keys(at('data/a.bin', keys(at('data'), '+')), '-');
    expect(state.effect.goes[placeOf(state.files, 'data/a.bin')]).toBe(0);
    expect(state.message).toBe('no effect: a folder above is kept, and that wins');
  });

  test('what the config names stays in a folder that is dropped', () => {
    const state = keys(at('app'), '-');
    expect(state.effect.goes[placeOf(state.files, 'app/main')]).toBe(0);
    expect(state.effect.goes[placeOf(state.files, 'app/su')]).toBe(1);
  });

  test('a file goes with the last of its names', () => {
    const one = keys(at('app/also'), '-');
    expect(one.effect.bytes[0]).toBe(start.effect.bytes[0]);
    const both = keys(at('app/old', one), '-');
    expect(both.effect.bytes[0]).toBe((start.effect.bytes[0] as number) + 400);
  });

  test('what cannot be marked says why', () => {
    expect(keys(start, '-').message).toBe('the whole image cannot be marked');
    expect(keys(at('app/main'), '-').message).toBe('it stays: it is the entrypoint of the config');
    expect(keys(at('app/gone', filtered('wasted')), '+').message).toBe(
      'a later layer hides it: it goes in any case',
    );
  });
});

describe('help and end', () => {
  test('? shows help until the next key, which does nothing else', () => {
    const help = keys(start, '?');
    expect(help.dialog).toEqual({ kind: 'help' });
    expect(keys(help, 'q')).toMatchObject({ dialog: undefined, request: undefined });
    expect(keys(help, 'ctrl-c').request).toBe('quit');
  });

  test.each(['q', 'ctrl-c'])('%s ends it', (key) => {
    expect(keys(start, key).request).toBe('quit');
  });

  test('keys that mean nothing change nothing', () => {
    expect(pathsOf(keys(start, 'f5', 'x', 'ctrl-z'))).toEqual(pathsOf(start));
  });
});
