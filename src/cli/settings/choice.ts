import { Option } from 'commander';
import { ReslimError } from '../../base/errors.ts';

export const COMPRESSIONS: readonly string[] = ['keep', 'gzip', 'zstd', 'none'];
export const PROGRESS: readonly string[] = ['auto', 'always', 'never'];

/** An option with a closed list of values; completion offers them too. */
export const choice = (flags: string, values: readonly string[], description: string): Option =>
  new Option(flags, `${values.join(', ')}: ${description}`)
    .choices(values)
    .argParser(oneOf(flags.slice(0, flags.indexOf(' ')), values));

export const oneOf =
  (name: string, values: readonly string[]) =>
  (value: string): string => {
    if (values.includes(value)) return value;
    throw new ReslimError('usage', `${name} cannot be ${JSON.stringify(value)}`, {
      hint: `choose one of: ${values.join(', ')}`,
    });
  };
