import { camelCase } from '../../options/option.ts';
import { writeLines } from './output.ts';
import { checkPlace, writeFileAtOnce } from './write-file.ts';

/** What is written to a file, by the name of the option that names the file. */
export type Contents<Result> = Readonly<
  Record<string, (result: Result) => Iterable<string> | Promise<Iterable<string>>>
>;

/** Results of a run that are written to files, by option; `-` is stdout. */
export interface ResultFiles<Result> {
  /** The options whose file is stdout: `--report`. */
  readonly onStdout: readonly string[];
  /** Fails early where a file could not be written: a long run should not end with that. */
  readonly check: () => Promise<void>;
  readonly write: (result: Result) => Promise<void>;
}

/** The files that flags ask for. */
export const resultFiles = <Result>(
  contents: Contents<Result>,
  flags: object,
): ResultFiles<Result> => {
  const files = Object.entries(contents).flatMap(([name, content]) => {
    const path = (flags as Readonly<Record<string, string | undefined>>)[camelCase(name)];
    return path === undefined ? [] : [{ name, path, content }];
  });
  return {
    onStdout: files.flatMap(({ name, path }) => (path === '-' ? [`--${name}`] : [])),
    check: async () => {
      for (const { path } of files) if (path !== '-') await checkPlace(path);
    },
    write: async (result) => {
      for (const { path, content } of files) {
        const lines = await content(result);
        if (path === '-') await writeLines(process.stdout, lines);
        else await writeFileAtOnce(path, lines);
      }
    },
  };
};
