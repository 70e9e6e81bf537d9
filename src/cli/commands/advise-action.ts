import { ReslimError } from '../../base/errors.ts';
import { advise, type AdviseOptions, type AdviseResult } from '../../index.ts';
import { ADVISE_OPTIONS, type AdviseFlags } from '../../options/advise-options.ts';
import { adviceDocument } from '../../report/advise/advice-document.ts';
import { formatAdvice } from '../../report/advise/format-advice.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { checkPlace, writeFileAtOnce } from '../display/write-file.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';
import { readGivenFile } from '../read-given-file.ts';

/** `reslim advise`: shows what to change in a Dockerfile. */
export const runAdvise = async ({
  operands: { image: source },
  flags,
  signal,
}: Call<{ readonly image: string }, AdviseFlags>): Promise<void> => {
  checkFlags(source, flags);
  const { rewrite } = flags;
  if (rewrite !== undefined && rewrite !== '-') await checkPlace(rewrite);
  const options: AdviseOptions = {
    ...libraryOptions<AdviseOptions>(ADVISE_OPTIONS, flags),
    ...(await readDockerfile(flags)),
    source,
  };
  const result = await withRuntime(flags, signal, (run) => advise({ ...options, ...run }));
  if (rewrite !== undefined) await writeRewritten(rewrite, result, options);
  if (rewrite === '-') return;
  const palette = createPalette(wantsColour(process.stdout, process.env));
  const lines = flags.json
    ? jsonLines(adviceDocument(result))
    : formatAdvice(result, palette).map((line) => `${line}\n`);
  await writeLines(process.stdout, lines);
};

const checkFlags = (source: string, { dockerfile, rewrite, json }: AdviseFlags): void => {
  checkPipes({
    source,
    onStdout: [...(rewrite === '-' ? ['--rewrite'] : []), ...(json ? ['--json'] : [])],
  });
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

/** Where nothing is to change, the file is what it was. Platforms of one Dockerfile differ little: the first counts. */
const writeRewritten = async (
  path: string,
  { images }: AdviseResult,
  { dockerfile = '' }: AdviseOptions,
): Promise<void> => {
  const text = images.find(({ dockerfile: given }) => given?.rewritten)?.dockerfile?.rewritten;
  const lines = [text ?? dockerfile];
  if (path === '-') await writeLines(process.stdout, lines);
  else await writeFileAtOnce(path, lines);
};
