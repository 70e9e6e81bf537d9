import { validate, type Finding, type ValidateOptions, type ValidateResult } from '../../index.ts';
import { VALIDATE_OPTIONS, type ValidateFlags } from '../../options/read-options.ts';
import { formatSize } from '../../report/format-number.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour, type Palette } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import { libraryOptions } from '../settings/library-options.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { writeLines } from '../display/output.ts';
import { checkPipes } from '../display/pipes.ts';

/** `reslim validate`: lists what is wrong with an image. The exit status is 3 if any of it is an error. */
export const runValidate = async ({
  operands: { image: source },
  flags,
  signal,
}: Call<{ readonly image: string }, ValidateFlags>): Promise<number> => {
  checkPipes({ source });
  const options = libraryOptions<ValidateOptions>(VALIDATE_OPTIONS, flags);
  const result = await validate({ ...options, source, signal });
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else if (!flags.quiet) {
    const palette = createPalette(wantsColour(process.stdout, process.env));
    await writeLines(
      process.stdout,
      describe(result, palette).map((line) => `${line}\n`),
    );
  }
  return result.valid ? EXIT.done : EXIT.policy;
};

const describe = (result: ValidateResult, { title, faint }: Palette): string[] => {
  const { name, digest, images, bytes, findings } = result;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return [
    `${title(printable(name))} ${faint(digest)}`,
    ...findings.map(describeFinding),
    '',
    `${errors === 0 ? 'Valid' : 'Not valid'}: ${plural(errors, 'error')}, ${plural(findings.length - errors, 'warning')}, ${plural(images, 'image')}, ${formatSize(bytes)} read`,
  ];
};

const describeFinding = ({ severity, code, where, message }: Finding): string => {
  const place = message.includes(where) ? '' : `, ${where}`;
  return printable(`${severity}: ${code}: ${message}${place}`);
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
