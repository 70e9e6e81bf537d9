import type { Finding, ValidateResult } from '../../index.ts';
import { formatSize } from '../../report/format-number.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour, type Palette } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import { limitOptions, type LimitFlags } from '../settings/limit-options.ts';
import { networkOptions, type NetworkFlags } from '../settings/network-options.ts';
import { writeLines } from '../display/output.ts';
import { checkPipes } from '../display/pipes.ts';

/** The options of `reslim validate`. */
export interface ValidateFlags extends NetworkFlags, LimitFlags {
  readonly platform?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
}

/** `reslim validate`: lists what is wrong with an image. Resolves to whether nothing of it is an error. */
export const validateCommand = async (
  source: string,
  flags: ValidateFlags,
  signal: AbortSignal,
): Promise<boolean> => {
  checkPipes({ source });
  const { validate } = await import('../../index.ts');
  const result = await validate({
    source,
    platform: flags.platform,
    limits: limitOptions(flags),
    network: networkOptions(flags),
    signal,
  });
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else if (!flags.quiet) {
    const palette = createPalette(wantsColour(process.stdout, process.env));
    await writeLines(
      process.stdout,
      describe(result, palette).map((line) => `${line}\n`),
    );
  }
  return result.valid;
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
