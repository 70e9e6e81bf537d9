import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ReslimError } from '../../base/errors.ts';

const NAMES = ['.reslim.yaml', '.reslim.yml'];

/** A settings file that is there, or was asked for by name. */
export interface SettingsFile {
  readonly path: string;
  /** For messages. */
  readonly name: string;
}

/**
 * The settings file of a run in `dir`: the one that was asked for, else the one that lies there.
 * Throws `usage` where two lie there.
 */
export const findSettingsFile = async (
  dir: string,
  asked?: string,
): Promise<SettingsFile | undefined> => {
  if (asked !== undefined) return { path: resolve(dir, asked), name: asked };
  const found: string[] = [];
  for (const name of NAMES) if (await exists(resolve(dir, name))) found.push(name);
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
