import { readDlopenNotes } from '../elf/dlopen-notes.ts';
import { readElfNeeds } from '../graph/files/elf-needs.ts';
import type { Found } from '../graph/find-files.ts';
import type { Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import type { FollowContext } from './follow-context.ts';
import { followStrings } from './follow-strings.ts';
import type { Use } from './reached.ts';

/** Notes the loader of an ELF file and the libraries that it loads; where the file is used, what it may open and start too. */
export const followElf = async (
  context: FollowContext,
  node: Node,
  file: FileAt,
  use: Use,
): Promise<void> => {
  const { trace, search, linked } = context;
  const { interpreter, libraries, ...user } = await readElfNeeds(file, node);
  const place = { file: node };
  const noted = { file: node, member: 'its note of libraries' };
  const loader = interpreter === undefined ? undefined : trace.finder.at(interpreter);
  const link = (found: Found): void => {
    trace.record.need('loads', found, place);
    for (const each of [...found.via, found.node]) if (!linked.has(each)) linked.set(each, node);
  };
  if (loader) link(loader);
  for (const name of libraries) for (const found of await search(name, user)) link(found);
  if (use !== 'used') return;
  for (const name of await readDlopenNotes(file))
    for (const found of await search(name, user)) trace.record.need('loads', found, noted);
  await followStrings(context, node, file, {
    machine: user.machine,
    named: new Set([...libraries, interpreter ?? '']),
  });
};
