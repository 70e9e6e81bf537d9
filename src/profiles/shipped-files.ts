import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { IS_BUNDLED, packageFile } from '../base/package-files.ts';
import { readTextFile, type TextFile } from '../yaml/text-file.ts';

/** What YAML files that come with reslim say: a build reads them once and writes that as JSON beside the code. */
export interface ShippedFiles<T> {
  /** Where a build writes what `compile` returns. */
  readonly url: URL;
  /** What the file at `url` should hold. Loads the YAML reader only when it is called. */
  readonly compile: () => Promise<Compiled<T>>;
  /** Reads once: some runs slim thousands of images. */
  readonly load: () => Promise<T>;
}

interface Compiled<T> {
  readonly files: readonly string[];
  /** Of the files' names and texts, so that an edited file is read as it is. */
  readonly hash: string;
  readonly content: T;
}

interface ShippedFilesInput<T> {
  /** Name of the JSON file in `dist`. */
  readonly compiledName: string;
  /** Which files, in the folder of the package. They are parsed in the order of their names. */
  readonly glob: string;
  readonly parse: (files: readonly TextFile[]) => Promise<T>;
}

/** Reading YAML takes up to half a second, so it is done where the JSON is missing or old, and nowhere else. */
export const shippedFiles = <T>(input: ShippedFilesInput<T>): ShippedFiles<T> => {
  const url = packageFile(`dist/${input.compiledName}`);
  const compile = async (): Promise<Compiled<T>> => {
    const { globby } = await import('globby');
    const names = await globby(input.glob, { cwd: packageFile('./') });
    const files = await readFiles(names.sort());
    return { files: names, hash: hashOf(files), content: await input.parse(files) };
  };
  const read = async (): Promise<T> => {
    const compiled = IS_BUNDLED ? await readCompiled<T>(url) : undefined;
    const files = compiled && (await readFiles(compiled.files).catch(() => undefined));
    if (compiled && files && hashOf(files) === compiled.hash) return compiled.content;
    return (await compile()).content;
  };
  let loaded: Promise<T> | undefined;
  const load = (): Promise<T> => {
    loaded ??= read().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return { url, compile, load };
};

const readFiles = (names: readonly string[]): Promise<TextFile[]> =>
  Promise.all(
    names.map(async (name) => ({
      name,
      text: await readTextFile(fileURLToPath(packageFile(name)), name),
    })),
  );

const readCompiled = async <T>(url: URL): Promise<Compiled<T> | undefined> => {
  try {
    return JSON.parse(await readFile(url, 'utf8')) as Compiled<T>;
  } catch {
    return undefined;
  }
};

const hashOf = (files: readonly TextFile[]): string =>
  createHash('sha256')
    .update(JSON.stringify(files.map(({ name, text }) => [name, text])))
    .digest('hex');
