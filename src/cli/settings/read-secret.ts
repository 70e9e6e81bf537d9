import { resolve } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import { readTextFile } from '../../yaml/text-file.ts';
import type { SecretText } from './mirror-schema.ts';

/**
 * The secret that is held elsewhere: in the environment, or in a file, relative to `dir`, whose last end of line does not
 * count. Messages say where it is looked for, never what was found. Throws `usage` or `not-found`.
 */
export const readSecret = async (
  secret: Exclude<SecretText, string>,
  { env, dir }: { readonly env: NodeJS.ProcessEnv; readonly dir: string },
): Promise<string> => {
  if ('env' in secret) {
    const value = env[secret.env];
    if (value) return value;
    throw new ReslimError('usage', `${secret.env} is not set`);
  }
  const text = (await readTextFile(resolve(dir, secret.file), secret.file)).replace(/\r?\n$/, '');
  if (text === '') throw new ReslimError('usage', `there is nothing in ${secret.file}`);
  return text;
};
