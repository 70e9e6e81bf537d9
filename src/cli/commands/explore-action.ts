import { resolve } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import { explore, type ExploreOptions } from '../../index.ts';
import { EXPLORE_OPTIONS, type ExploreFlags } from '../../options/explore-options.ts';
import { USE } from '../../options/slim-options.ts';
import { wantsColour } from '../../report/palette.ts';
import { findSettings } from '../settings/find-settings.ts';
import { findSettingsFile } from '../settings/settings-file.ts';
import { libraryOptions } from '../settings/library-options.ts';
import type { Call } from '../command.ts';
import { checkPipes } from '../display/pipes.ts';
import { decideInThread } from '../explore/decide-in-thread.ts';
import { usesCache, withRuntime } from '../with-runtime.ts';

/** `reslim explore`: shows the layers and files of an image on a terminal. */
export const runExplore = async ({
  operands: { image: source },
  flags,
  signal,
}: Call<{ readonly image: string }, ExploreFlags>): Promise<void> => {
  checkPipes({ source });
  const { stdin: input, stdout: output, env } = process;
  if (!input.isTTY || !output.isTTY || env['TERM'] === 'dumb')
    throw new ReslimError('usage', 'explore needs a terminal', {
      hint: 'reslim inspect shows where the bytes are without one',
    });
  // Where these are set, ink draws nothing until its end, without colours; and here is a terminal for sure.
  delete env['CI'];
  delete env['CONTINUOUS_INTEGRATION'];
  const settings = await findSettings(flags);
  const options = {
    ...libraryOptions<ExploreOptions>(EXPLORE_OPTIONS, flags),
    ...libraryOptions<ExploreOptions>(USE, {}, settings),
    source,
  };
  const file = (await findSettingsFile(process.cwd(), flags.config)) ?? {
    path: resolve('.reslim.yaml'),
    name: '.reslim.yaml',
  };
  // What draws takes its time to load, and can do so while the image is read.
  const minimal = settings.level === 'minimal';
  const [image, { runView }] = await Promise.all([
    withRuntime(flags, signal, (run) => explore({ ...options, minimal, ...run })),
    import('../explore/run-view.tsx'),
  ]);
  await runView(image, {
    terminal: { input, output },
    hasColour: wantsColour(output, env),
    settings: { ...settings, name: file.name },
    save: async (edits) => {
      const { writeMarks } = await import('../settings/write-marks.ts');
      await writeMarks(file, edits);
    },
    decide: (stopped) => decideInThread({ options, usesCache: usesCache(flags) }, stopped),
    signal,
  });
};
