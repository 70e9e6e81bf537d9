import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { globby } from 'globby';
import type { Profile } from './rule.ts';
import { readTextFile, type TextFile } from './text-file.ts';

/** The package's folder: both `src/rules/` and `dist/rules/` are two levels below it. */
const PACKAGE_URL = new URL('../../', import.meta.url);

/** What a build leaves beside the code: the profiles as JSON, and what they were made of. */
export const COMPILED_URL: URL = new URL('../profiles.json', import.meta.url);

export interface CompiledProfiles {
  /** Of the files' names and texts: an edited profile is read anew. */
  readonly hash: string;
  readonly profiles: readonly Profile[];
}

/** All profiles that come with reslim, by name. As YAML they take half a second to read. */
export const loadShippedProfiles = async (): Promise<readonly Profile[]> => {
  const files = await readShipped();
  const compiled = await readCompiled();
  return compiled?.hash === hashOf(files) ? compiled.profiles : parse(files);
};

/** What `COMPILED_URL` should hold. */
export const compileShippedProfiles = async (): Promise<CompiledProfiles> => {
  const files = await readShipped();
  return { hash: hashOf(files), profiles: await parse(files) };
};

const readShipped = async (): Promise<TextFile[]> => {
  const names = await globby('profiles/*.yaml', { cwd: fileURLToPath(PACKAGE_URL) });
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      text: await readTextFile(fileURLToPath(new URL(name, PACKAGE_URL)), name),
    })),
  );
};

/** The YAML reader and its checks are loaded only where they are needed. */
const parse = async (files: readonly TextFile[]): Promise<readonly Profile[]> =>
  (await import('./load-profile.ts')).parseShippedProfiles(files);

const readCompiled = async (): Promise<CompiledProfiles | undefined> => {
  try {
    return JSON.parse(await readFile(COMPILED_URL, 'utf8')) as CompiledProfiles;
  } catch {
    return undefined;
  }
};

const hashOf = (files: readonly TextFile[]): string =>
  createHash('sha256')
    .update(JSON.stringify(files.map(({ name, text }) => [name, text])))
    .digest('hex');
