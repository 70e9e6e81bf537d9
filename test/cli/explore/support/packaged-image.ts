import { join } from 'node:path';
import { openFiles } from '../../../../src/cli/explore/model/files.ts';
import { startState, type State } from '../../../../src/cli/explore/model/state.ts';
import { explore, type ExploredImage, type Level } from '../../../../src/index.ts';
import { dpkgFiles } from '../../../support/dpkg-files.ts';
import { elfFile } from '../../../support/elf-file.ts';
import { fileEntries } from '../../../support/fact-image.ts';
import { SIZE, writeExplored } from './explored-image.ts';

/** An application with packages of a distribution: one that it starts, one that nothing leads to, and one for a place that is open. */
const FILES = dpkgFiles(
  [
    { name: 'dash', files: { 'usr/bin/sh': elfFile() } },
    { name: 'libdraw', files: { 'usr/lib/libdraw.so.1': elfFile({ strings: ['draw'] }) } },
    {
      name: 'painter',
      files: {
        'usr/bin/painter': elfFile({ needed: ['libdraw.so.1'], strings: ['/usr/share/painter'] }),
        'usr/share/painter/brush': 'b'.repeat(100),
      },
    },
    {
      name: 'idle',
      files: {
        'usr/bin/idle': elfFile({ strings: ['i'.repeat(5000)] }),
        'var/spool/idle/job': 'j',
      },
    },
  ],
  {
    'app/main': '#!/usr/bin/sh\n/usr/bin/painter /usr/share/painter\n"$TOOL" --go\n',
    'var/log/app.log': 'l'.repeat(999),
  },
);

/** Writes the image into a new layout. */
export const writePackaged = (dir: string, entrypoint?: readonly string[]): Promise<void> =>
  writeExplored(dir, [fileEntries(FILES)], entrypoint);

/** The image in a folder, with what level `minimal` decides. */
export const explorePackaged = async (
  folder: string,
  options: { readonly entrypoint?: readonly string[]; readonly entries?: readonly string[] } = {},
): Promise<ExploredImage> => {
  const { entrypoint, ...rest } = options;
  const dir = join(folder, 'app');
  await writePackaged(dir, entrypoint);
  return explore({ source: `oci:${dir}:1.0`, minimal: true, ...rest });
};

/** The state of an image of which `minimal` is not decided yet. */
export const undecidedState = (image: ExploredImage, level?: Level): State =>
  startState(openFiles({ ...image, minimal: undefined }), { size: SIZE, level });
