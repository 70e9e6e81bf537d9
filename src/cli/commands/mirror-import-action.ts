import { writeFile } from 'node:fs/promises';
import { arch } from 'node:process';
import { ReslimError } from '../../base/errors.ts';
import { asIoError } from '../../base/io-error.ts';
import type { MirrorImportFlags } from '../../options/mirror-file-options.ts';
import { printable } from '../../report/printable.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { importMirror } from '../import/import-mirror.ts';
import { formatDraft } from '../import/mirror-draft.ts';
import { readGivenFile } from '../read-given-file.ts';

/** `reslim mirror import`: writes a mirror file that does what a file of skopeo or regsync does, as far as that can be said. */
export const runMirrorImport = async ({
  operands: { file },
  flags,
}: Call<{ readonly file: string }, MirrorImportFlags>): Promise<void> => {
  const { output, ...rest } = flags;
  const text = await readGivenFile(file);
  const { draft, notes, format } = importMirror(text, file, { ...rest, platform: OWN_PLATFORM });
  const head = [
    SCHEMA_LINE,
    `Imported by \`reslim mirror import\` from a file of ${format}: docs/mirror-file.md`,
  ];
  const made = formatDraft({ ...draft, head: [...head, ...draft.head] });
  if (output === undefined) await writeLines(process.stdout, [made]);
  else await writeNew(output, made);
  await writeLines(
    process.stderr,
    notes.map(
      ({ line, message }) =>
        `note: ${printable(file)}:${line}: not imported: ${printable(message)}\n`,
    ),
  );
};

/** For editors. */
const SCHEMA_LINE = 'yaml-language-server: $schema=./node_modules/reslim/docs/mirror.schema.json';

/** Go's words for the machine, which image names use. */
const OWN_PLATFORM = `linux/${({ x64: 'amd64', ia32: '386' } as Record<string, string>)[arch] ?? arch}`;

/** A mirror file that is there was perhaps edited since. */
const writeNew = (path: string, text: string): Promise<void> =>
  writeFile(path, text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw asIoError(cause, path);
    throw new ReslimError('usage', `there is a file already, ${path}`, {
      hint: 'name another one, or delete it first',
      cause,
    });
  });
