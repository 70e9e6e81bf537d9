import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ReslimError } from '../../base/errors.ts';

/** A settings file that is there, or was asked for by name. */
export interface SettingsFile {
  readonly path: string;
  /** For messages. */
  readonly name: string;
}

/** The settings file of a run in `dir`. Throws `usage` where two lie there. */
export const findSettingsFile = (dir: string, asked?: string): Promise<SettingsFile | undefined> =>
  find(dir, ['.reslim.yaml', '.reslim.yml'], asked);

/** The rules of dive for a run in `dir`. */
export const findDiveFile = (dir: string, asked?: string): Promise<SettingsFile | undefined> =>
  find(dir, ['.dive-ci'], asked);

/** The file that was asked for, else the one that lies there. */
const find = async (
  dir: string,
  names: readonly string[],
  asked: string | undefined,
): Promise<SettingsFile | undefined> => {
  if (asked !== undefined) return { path: resolve(dir, asked), name: asked };
  const found: string[] = [];
  for (const name of names) if (await exists(resolve(dir, name))) found.push(name);
  if (found.length > 1) {
    throw new ReslimError('usage', `${found.join(' and ')} both exist, ${dir}`, {
      hint: 'keep one of them, or name one with --config',
    });
  }
  const [name] = found;
  return name === undefined ? undefined : { path: resolve(dir, name), name };
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
