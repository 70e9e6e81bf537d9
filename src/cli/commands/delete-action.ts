import { deleteImages, type DeletedImage, type DeleteOptions } from '../../index.ts';
import { DELETE_OPTIONS, type DeleteFlags } from '../../options/repository-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Palette } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { writeLines } from '../display/output.ts';
import { showText } from '../display/show-text.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim delete`: says for each image whether it is gone. The status is 1 if one is not. */
export const runDelete = async ({
  operands: { images },
  flags,
  signal,
}: Call<{ readonly images: readonly string[] }, DeleteFlags>): Promise<number> => {
  const options = libraryOptions<DeleteOptions>(DELETE_OPTIONS, flags);
  const result = await withRuntime({ noCache: true }, signal, (run) =>
    deleteImages({ ...options, images, ...run }),
  );
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else
    await showText(process.stdout, (palette) =>
      result.images.flatMap((image) => describe(image, result.dryRun, palette)),
    );
  return result.images.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.done;
};

const describe = (
  { name, digest, sameImage, status, reason, hint }: DeletedImage,
  dryRun: boolean,
  { title, faint, bad }: Palette,
): readonly string[] => {
  const shown = digest && !name.endsWith(digest) ? ` ${faint(digest)}` : '';
  const what = dryRun ? 'would be deleted' : 'deleted';
  if (status === 'failed')
    return [
      `${title(printable(name))}${shown} ${bad('is still there')}: ${printable(reason ?? '')}`,
      ...(hint === undefined ? [] : [`  hint: ${printable(hint)}`]),
    ];
  return [
    `${title(printable(name))}${shown} ${what}`,
    ...(sameImage.length === 0
      ? []
      : [`  stays as ${sameImage.map(printable).join(', ')}: ${SAME_IMAGE}`]),
  ];
};

const SAME_IMAGE = 'a registry that deletes images alone needs --all-tags, and takes these, too';
