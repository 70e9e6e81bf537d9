import { ReslimError } from '../../base/errors.ts';
import { advise, type AdviseOptions } from '../../index.ts';
import { ADVISE_OPTIONS, type AdviseFlags } from '../../options/advise-options.ts';
import { adviceDocument } from '../../report/advise/advice-document.ts';
import { formatAdvice } from '../../report/advise/format-advice.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Call } from '../command.ts';
import { ADVICE_FILES } from '../display/advice-files.ts';
import { writeLines } from '../display/output.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { resultFiles } from '../display/result-files.ts';
import { showText } from '../display/show-text.ts';
import { readGivenFile } from '../read-given-file.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim advise`: shows what to change in a Dockerfile. */
export const runAdvise = async ({
  operands: { image: source },
  flags,
  signal,
}: Call<{ readonly image: string }, AdviseFlags>): Promise<void> => {
  const files = resultFiles(ADVICE_FILES, flags);
  checkPipes({ source, onStdout: [...(flags.json ? ['--json'] : []), ...files.onStdout] });
  checkFlags(source, flags);
  await files.check();
  const options: AdviseOptions = {
    ...libraryOptions<AdviseOptions>(ADVISE_OPTIONS, flags),
    ...(await readDockerfile(flags)),
    source,
  };
  const result = await withRuntime(flags, signal, (run) => advise({ ...options, ...run }));
  await files.write(result);
  if (flags.json) await writeLines(process.stdout, jsonLines(adviceDocument(result)));
  else
    await showText(files.onStdout.length > 0 ? process.stderr : process.stdout, (palette) =>
      formatAdvice(result, palette),
    );
};

const checkFlags = (source: string, { dockerfile, rewrite }: AdviseFlags): void => {
  if (dockerfile === '-' && isPipe(source))
    throw new ReslimError('usage', 'the image and the Dockerfile cannot both come from stdin', {
      hint: 'name a file: --dockerfile FILE',
    });
  if (rewrite !== undefined && dockerfile === undefined)
    throw new ReslimError('usage', '--rewrite without --dockerfile', {
      hint: 'name the file to rewrite: --dockerfile FILE',
    });
};

const readDockerfile = async ({
  dockerfile,
}: AdviseFlags): Promise<Pick<AdviseOptions, 'dockerfile' | 'dockerfileName'>> => {
  if (dockerfile === undefined) return {};
  return {
    dockerfile: await readGivenFile(dockerfile),
    dockerfileName: dockerfile === '-' ? 'Dockerfile' : dockerfile,
  };
};
