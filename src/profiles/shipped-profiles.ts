import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Profile } from './rule.ts';
import { IS_BUNDLED, packageFile } from '../base/package-files.ts';
import { readTextFile, type TextFile } from '../yaml/text-file.ts';

/**
 * The profiles as JSON, which a build writes beside the code.
 * @public for the build
 */
export const COMPILED_URL: URL = packageFile('dist/profiles.json');

export interface CompiledProfiles {
  readonly files: readonly string[];
  /** Of the files' names and texts, so that an edited profile is read from its file. */
  readonly hash: string;
  readonly profiles: readonly Profile[];
}

/** All profiles that come with reslim, sorted by name. They are read once: some runs slim thousands of images. */
export const loadShippedProfiles = (): Promise<readonly Profile[]> => {
  loaded ??= readShippedProfiles().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
};

let loaded: Promise<readonly Profile[]> | undefined;

/** Reading them from YAML takes half a second. */
const readShippedProfiles = async (): Promise<readonly Profile[]> => {
  const compiled = IS_BUNDLED ? await readCompiled() : undefined;
  const files = compiled && (await readFiles(compiled.files).catch(() => undefined));
  if (compiled && files && hashOf(files) === compiled.hash) return compiled.profiles;
  return (await compileShippedProfiles()).profiles;
};

/** What `COMPILED_URL` should hold. Loads the YAML reader only when it is called. */
export const compileShippedProfiles = async (): Promise<CompiledProfiles> => {
  const { globby } = await import('globby');
  const { parseShippedProfiles } = await import('./parse-profile.ts');
  const names = await globby('profiles/*.yaml', { cwd: packageFile('./') });
  const files = await readFiles(names.sort());
  return { files: names, hash: hashOf(files), profiles: parseShippedProfiles(files) };
};

const readFiles = (names: readonly string[]): Promise<TextFile[]> =>
  Promise.all(
    names.map(async (name) => ({
      name,
      text: await readTextFile(fileURLToPath(packageFile(name)), name),
    })),
  );

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
