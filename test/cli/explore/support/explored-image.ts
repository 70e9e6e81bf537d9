import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLayout, putImage, putLayer } from '../../../../fixtures/layout.js';
import { openFiles, type Files } from '../../../../src/cli/explore/model/files.ts';
import { press } from '../../../../src/cli/explore/model/press.ts';
import { selected, startState, type State } from '../../../../src/cli/explore/model/state.ts';
import { drawScreen } from '../../../../src/cli/explore/screen/draw-screen.ts';
import { textOf } from '../../../../src/cli/explore/screen/line.ts';
import { explore, type ExploredImage } from '../../../../src/index.ts';
import { entriesOf, layerTar, type TestEntry } from '../../../support/layer-tar.ts';

type TestLayer = readonly (string | TestEntry)[];

/** An image of three layers: with what rules take at each level, what later layers hide, copies, links and odd names. */
const LAYERS: readonly TestLayer[] = [
  [
    'app/',
    'app/main=run',
    `app/old=${'o'.repeat(300)}`,
    `app/gone=${'g'.repeat(500)}`,
    { name: 'app/su', mode: 0o4755, uid: 7, gid: 8, body: 'su' },
    'var/',
    'var/log/',
    `var/log/app.log=${'l'.repeat(999)}`,
    'usr/',
    'usr/share/',
    'usr/share/doc/',
    'usr/share/doc/x/',
    `usr/share/doc/x/readme=${'d'.repeat(200)}`,
  ],
  ['app/', `app/old=${'n'.repeat(400)}`, 'app/.wh.gone', 'app/link->main', 'app/also=>app/old'],
  [
    'data/',
    'data/*.bin=star',
    'data/a.bin=bin',
    'data/b.bin=bin',
    'data/日本語=wide',
    'data/\u001b[31m=red',
  ],
];

/** Writes the image into a new layout. */
export const writeExplored = async (
  dir: string,
  layers: readonly TestLayer[] = LAYERS,
  entrypoint: readonly string[] = ['/app/main'],
): Promise<void> => {
  await mkdir(dir, { recursive: true });
  await createLayout(dir);
  const blobs = [];
  for (const entries of layers) {
    const parsed = entries.flatMap((each) =>
      typeof each === 'string' ? entriesOf([each]) : [each],
    );
    blobs.push(await putLayer(dir, [await layerTar(parsed)], { gzip: false }));
  }
  await putImage(dir, '1.0', {
    layers: blobs,
    config: {
      architecture: 'amd64',
      config: { Entrypoint: entrypoint },
      history: layers.map((_, at) => ({ created_by: `RUN /bin/sh -c step-${at + 1} # buildkit` })),
    },
  });
};

export const exploreSample = async (
  folder: string,
  layers: readonly TestLayer[] = LAYERS,
): Promise<ExploredImage> => {
  const dir = join(folder, 'app');
  await writeExplored(dir, layers);
  return explore({ source: `oci:${dir}:1.0` });
};

/** The place of a path; of several of the same path the one that a container sees. */
export const placeOf = ({ count, pathOf }: Files, path: string): number => {
  for (let at = 0; at < count; at++) if (pathOf(at) === path) return at;
  throw new Error(`no ${path}`);
};

export const SIZE = { columns: 80, rows: 24 };

export const stateOf = (image: ExploredImage): State =>
  startState(openFiles(image), { size: SIZE });

/** Presses keys one after the other; a text of several characters in `'…'` is typed. */
export const keys = (state: State, ...pressed: readonly string[]): State => {
  let next = state;
  for (const key of pressed) next = press(next, key);
  return next;
};

export const type = (state: State, text: string): State => keys(state, ...text);

export const pathsOf = ({ rows, files }: State): string[] =>
  rows.map((at) => `/${files.pathOf(at)}`);

export const selectedPath = (state: State): string => `/${state.files.pathOf(selected(state))}`;

/** All lines of the screen, as a narrow terminal has them. */
export const screenOf = (state: State): string[] => {
  const { head, layers, files, details, foot } = drawScreen(state);
  return [...head, ...layers, ...files, ...details, ...foot].map(textOf);
};
