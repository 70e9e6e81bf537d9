import type { SlimResult } from '../../api/results.ts';
import { camelCase } from '../../options/option.ts';
import type { SlimFlags } from '../../options/slim-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { metadataDocument } from '../../report/metadata-document.ts';
import type { ReportDocument } from '../../report/report-document.ts';
import { writeLines } from './output.ts';
import { checkPlace, writeFileAtOnce } from './write-file.ts';

/** Results of a run that are written to files, by option; `-` is stdout. */
export interface ResultFiles {
  /** The options whose file is stdout: `--report`. */
  readonly onStdout: readonly string[];
  /** Fails early where a file could not be written: a long run should not end with that. */
  readonly check: () => Promise<void>;
  readonly write: (result: SlimResult, document: ReportDocument) => Promise<void>;
}

const CONTENTS = {
  report: (_, document) => jsonLines(document),
  // As Podman writes it: without a line break.
  digestfile: ({ descriptor }) => [descriptor?.digest ?? ''],
  'metadata-file': (result) => jsonLines(metadataDocument(result)),
} as const satisfies Readonly<
  Record<string, (result: SlimResult, document: ReportDocument) => Iterable<string>>
>;

export const resultFiles = (flags: SlimFlags): ResultFiles => {
  const files = Object.entries(CONTENTS).flatMap(([name, content]) => {
    const path = (flags as Readonly<Record<string, string | undefined>>)[camelCase(name)];
    return path === undefined ? [] : [{ name, path, content }];
  });
  return {
    onStdout: files.flatMap(({ name, path }) => (path === '-' ? [`--${name}`] : [])),
    check: async () => {
      for (const { path } of files) if (path !== '-') await checkPlace(path);
    },
    write: async (result, document) => {
      for (const { path, content } of files) {
        const lines = content(result, document);
        if (path === '-') await writeLines(process.stdout, lines);
        else await writeFileAtOnce(path, lines);
      }
    },
  };
};
