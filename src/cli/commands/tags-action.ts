import { tags, type TagsOptions } from '../../index.ts';
import { TAGS_OPTIONS, type TagsFlags } from '../../options/repository-options.ts';
import { formatTable } from '../../report/format-table.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { printable } from '../../report/printable.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { showText } from '../display/show-text.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim tags`: one tag a line, with its digest on request. */
export const runTags = async ({
  operands: { repository },
  flags,
  signal,
}: Call<{ readonly repository: string }, TagsFlags>): Promise<void> => {
  const options = libraryOptions<TagsOptions>(TAGS_OPTIONS, flags);
  const result = await withRuntime({ noCache: true }, signal, (run) =>
    tags({ ...options, repository, ...run }),
  );
  if (flags.json) return writeLines(process.stdout, jsonLines(result));
  await showText(process.stdout, ({ faint }) =>
    formatTable(
      result.tags.map(({ tag, digest }) => [
        printable(tag),
        ...(digest === undefined ? [] : [faint(digest)]),
      ]),
      ['left', 'left'],
    ),
  );
};
