import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openFiles } from '../../../src/cli/explore/model/files.ts';
import { editsOf } from '../../../src/cli/explore/model/marks.ts';
import { readMarks } from '../../../src/cli/explore/model/read-marks.ts';
import { reveal, startState, type State } from '../../../src/cli/explore/model/state.ts';
import { writeMarks } from '../../../src/cli/settings/write-marks.ts';
import { slim, type ExploredImage } from '../../../src/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { exploreSample, keys, placeOf, screenOf, SIZE, stateOf } from './support/explored-image.ts';

const folder = tempFolder();
let image: ExploredImage;
beforeAll(async () => {
  image = await exploreSample(folder);
}, 60_000);

/** The state with a settings file. */
const withSettings = (settings: { keep?: string[]; drop?: string[] }): State => {
  const files = openFiles(image);
  return startState(files, { size: SIZE, ...readMarks(files, settings) });
};

const mark = (state: State, path: string, key: string): State =>
  keys(reveal(state, placeOf(state.files, path)), key);

describe('what is written', () => {
  test('marks become globs that name one path each, escaped', () => {
    const state = mark(mark(stateOf(image), 'data/*.bin', '-'), 'usr/share/doc', '+');
    expect(editsOf(state)).toEqual({
      keep: { add: ['/usr/share/doc'], remove: [] },
      drop: { add: ['/data/\\*.bin'], remove: [] },
    });
  });

  test('what the file has is marked at the start, and goes from it when it is cleared', () => {
    const state = withSettings({ keep: ['/usr/share/doc', '/data/*'], drop: ['/app/su'] });
    expect([...state.marks.values()]).toEqual(['drop', 'keep']);
    expect(editsOf(state)).toEqual({
      keep: { add: [], remove: [] },
      drop: { add: [], remove: [] },
    });
    expect(editsOf(mark(state, 'app/su', '+'))).toEqual({
      keep: { add: ['/app/su'], remove: [] },
      drop: { add: [], remove: ['/app/su'] },
    });
  });

  test('other globs of the file count, and stay', () => {
    const state = withSettings({ drop: ['/data/*'] });
    expect(state.effect.goes[placeOf(state.files, 'data/a.bin')]).toBe(1);
    expect(mark(state, 'data/a.bin', 'u').message).toBe('it has no mark of its own');
  });
});

describe('before and after writing', () => {
  test('w shows what changes, y writes it, another key does not', () => {
    const asked = keys(mark(stateOf(image), 'data/a.bin', '-'), 'w');
    expect(screenOf(asked).join('\n')).toContain('+ drop: /data/a.bin');
    expect(keys(asked, 'y').request).toBe('write');
    expect(keys(asked, 'escape')).toMatchObject({ request: undefined, dialog: undefined });
    expect(keys(stateOf(image), 'w').message).toContain('no marks to write');
  });

  test('q asks where marks are not written', () => {
    const marked = mark(stateOf(image), 'data/a.bin', '-');
    const asked = keys(marked, 'q');
    expect(asked).toMatchObject({ dialog: { kind: 'quit' }, request: undefined });
    expect(keys(asked, 'y').request).toBe('quit');
    expect(keys(asked, 'n')).toMatchObject({ dialog: undefined, request: undefined });
    expect(keys(asked, 'w').dialog).toEqual({ kind: 'write' });
    expect(keys(marked, '-', 'q').request).toBe('quit');
  });
});

test('a slim with the file removes and keeps what was marked', async () => {
  const state = mark(mark(stateOf(image), 'data/*.bin', '-'), 'var/log', '+');
  const dir = tempFolder();
  const file = { path: join(dir, '.reslim.yaml'), name: '.reslim.yaml' };
  writeFileSync(file.path, '# ours\n');
  await writeMarks(file, editsOf(state));
  expect(readFileSync(file.path, 'utf8')).toBe(
    '# ours\n\nkeep:\n  - /var/log\ndrop:\n  - /data/\\*.bin\n',
  );
  const { keep, drop } = editsOf(state);
  const result = await slim({
    source: `oci:${folder}/app:1.0`,
    dryRun: true,
    keep: keep.add,
    drop: drop.add,
  });
  const paths = result.images[0]?.dropped.map(({ path }) => path);
  expect(paths).toContain('/data/*.bin');
  expect(paths).not.toContain('/data/a.bin');
  expect(paths).not.toContain('/var/log/app.log');
  const bytes = result.images[0]?.dropped.reduce((sum, each) => sum + each.bytes, 0);
  expect(state.effect.bytes[0]).toBe(bytes);
});

test('a file that is no settings file is not touched', async () => {
  const dir = tempFolder();
  mkdirSync(dir, { recursive: true });
  const file = { path: join(dir, '.reslim.yaml'), name: '.reslim.yaml' };
  for (const text of ['- a\n', 'levels: safe\n', 'keep: [\n']) {
    writeFileSync(file.path, text);
    const edits = { keep: { add: ['/a'], remove: [] }, drop: { add: [], remove: [] } };
    await expect(writeMarks(file, edits)).rejects.toMatchObject({ code: 'usage' });
    expect(readFileSync(file.path, 'utf8')).toBe(text);
  }
});
