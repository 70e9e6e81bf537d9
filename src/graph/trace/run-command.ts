import { baseOf } from '../../base/byte-path.ts';
import { pathOf } from '../../tree/node.ts';
import type { Action, CommandContext } from '../commands/action.ts';
import { defaultSettings } from '../commands/default-settings.ts';
import { handlersOf, isKnownCommand, mayRead } from '../commands/command-table.ts';
import type { Found } from '../find-files.ts';
import type { Place } from '../place.ts';
import type { Fields } from '../shell/fields.ts';
import { BUILTINS } from '../shell/run-builtin.ts';
import { hasUnknown, isLiteral } from '../word.ts';
import { interpreterOf } from '../interpreter-line.ts';
import { madeTexts } from './made-texts.ts';
import { isStartable, nameArguments, programsNamed } from './name-files.ts';
import { inFolder, type Trace, type Where } from './state.ts';

/** A command line: its program is started, and does what is known of such programs. */
export const runCommand = (trace: Trace, words: Fields, where: Where, place: Place): void => {
  const [program = '', ...args] = words;
  if (program === '') return;
  const { record, enqueue } = trace;
  record.command(words, place);
  for (const word of words) {
    // A folder is not used by the name of a program.
    const isFolder = word.startsWith('/') && trace.finder.at(word)?.node.children !== undefined;
    if (!isFolder) record.mention(word, place);
  }

  const programs = programsNamed(trace, program, where);
  for (const found of programs) startProgram(trace, found, words, where, place);
  if (hasUnknown(program))
    record.leaveOpen({ kind: 'starts', place, word: program, isCovered: programs.length > 0 });

  // A script that another one writes while it runs.
  const isMade = programs.length === 0 && program.includes('/') && isLiteral(program);
  const texts = isMade ? madeTexts(trace, program, where) : [];
  if (isMade && texts.length === 0) record.miss(program, place);
  for (const text of texts) {
    const [interpreter = '', ...more] = text.startsWith('#!') ? interpreterOf(text) : ['sh'];
    if (interpreter !== '')
      enqueue({
        step: { does: 'run', words: [interpreter, ...more, program, ...args] },
        place,
        where,
      });
  }

  const names = [baseOf(program), ...programs.map(({ node }) => node.name)];
  const name = names.find((each) => handlersOf(each).length > 0) ?? baseOf(program);
  const context = contextOf(trace, where);
  for (const action of programs.length > 0 ? defaultSettings(names[0] as string, context) : [])
    enqueue({ step: action, place, where });
  // What a program that is not there would do with words that nobody knows, it does not do.
  const isThere = programs.length > 0 || BUILTINS.has(program) || !isLiteral(program);
  const isIdle = !isThere && (args.some(hasUnknown) || MANAGERS.has(name));
  for (const handler of isIdle ? [] : handlersOf(name))
    for (const action of handler([name, ...args], context))
      enqueue({ step: action, place, where: whereOf(where, action) });

  for (const node of nameArguments(trace, args, { where, place, isReader: mayRead(name) }))
    enqueue({ step: { does: 'look', node }, place, where });
  if (!isKnownCommand(name) && !isIdle) startArguments(trace, args, where, place);
};

/** Managers of services that scripts call only where they find them at work. */
const MANAGERS = new Set(['systemctl', 'initctl', 'rc-service']);

const startProgram = (
  { record, enqueue }: Trace,
  found: Found,
  [program = '', ...args]: Fields,
  where: Where,
  place: Place,
): void => {
  record.need('starts', found, place);
  // A symlink may tell by its name what is to be done.
  const own = found.via.find((link) => link.name === program) ?? found.node;
  const path = program.includes('/') && isLiteral(program) ? program : `/${pathOf(own)}`;
  enqueue({ step: { does: 'start', node: found.node, path, args }, place, where });
};

/**
 * A program that nobody knows may start what its words name: what stands behind `--`, the first word that
 * is a program, and scripts.
 */
const startArguments = (trace: Trace, args: Fields, where: Where, place: Place): void => {
  const end = args.indexOf('--');
  const first = args.findIndex(
    (arg) =>
      isLiteral(arg) &&
      !arg.startsWith('-') &&
      programsNamed(trace, arg, where).some(({ node }) => isStartable(node)),
  );
  const start = end >= 0 ? end + 1 : first;
  if (start < 0 || start >= args.length) return;
  trace.enqueue({ step: { does: 'run', words: args.slice(start) }, place, where });
};

const contextOf = (
  { environment }: Trace,
  { input, inputFiles, isFed }: Where,
): CommandContext => ({
  input,
  inputFiles,
  isFed: isFed === true,
  variable: (name) => environment.get(name)?.[0]?.join(' '),
});

/** What a program starts does not get the program's own input. */
const whereOf = (where: Where, action: Action): Where => {
  const folder = 'folder' in action ? action.folder : undefined;
  const searchIn = 'searchIn' in action ? (action.searchIn ?? []) : [];
  const isSame = action.does === 'run';
  return {
    ...inFolder(where, folder),
    searchIn: [...searchIn, ...where.searchIn],
    input: isSame ? where.input : undefined,
    inputFiles: isSame ? where.inputFiles : [],
    isFed: isSame && where.isFed === true,
  };
};
