import { baseOf, showPath, toBytes, toText } from '../base/byte-path.ts';
import { SHELLS } from '../graph/commands/shells.ts';
import { programsNamed } from '../graph/trace/name-files.ts';
import { entryOption, homeOf } from '../graph/trace/roots.ts';
import type { Trace } from '../graph/trace/state.ts';
import { pathOf } from '../tree/node.ts';

/**
 * Why what an image starts does not say what it is for, as part of a sentence; `undefined` where it does. The trace
 * has taken its steps. What the user says that is started tells as well.
 */
export const whyNotTold = (trace: Trace): string | undefined => {
  const { record, config } = trace;
  const { entrypoint, cmd } = config.runtime;
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  const isAnyTold = isTold(trace);
  const own = record.commands.filter(
    ({ place: { file, member } }) => !file && (member === 'entrypoint' || member === 'cmd'),
  );
  const first = own[0]?.words[0] ?? '';
  if (!isAnyTold && entrypoint.length + cmd.length === 0) return 'its config starts nothing';
  if (!isAnyTold && programsNamed(trace, first, where).length === 0)
    return `what it starts, ${toText(first)}, is not in it`;
  for (const { words } of record.commands) {
    if (isInstaller(words))
      return `it installs packages when it runs: ${words.map(toText).join(' ')}`;
    for (const { node } of programsNamed(trace, words[0] ?? '', where))
      if (SYSTEM_MANAGER.test(`/${pathOf(node)}`))
        return `it starts a whole system, with ${showPath(pathOf(node))}`;
  }
  const last = own.at(-1)?.words ?? [];
  if (!isAnyTold && isPrompt(last))
    return `it starts ${last.map(toText).join(' ')}, which runs whatever it is told`;
  return undefined;
};

/** Whether the image has a program that one of the user's command lines starts, or this one. */
export const isTold = (trace: Trace, entry?: string): boolean => {
  const { record, config } = trace;
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  return record.commands.some(({ words, place: { option } }) => {
    // A command line that the config has, too, is noted as the config's.
    const isAsked =
      entry === undefined
        ? option !== undefined
        : option === entryOption(entry) || words.join(' ') === toBytes(entry);
    return isAsked && programsNamed(trace, words[0] ?? '', where).length > 0;
  });
};

const SYSTEM_MANAGER = /\/(systemd|sbin\/init|openrc-init|runit-init)$/;

/** A shell or an interpreter without anything to run. */
const isPrompt = ([program = '', ...args]: readonly string[]): boolean => {
  const name = baseOf(program).replace(/-?\d+(\.\d+)*$/, '');
  return (
    (SHELLS.includes(name) || INTERPRETERS.has(name)) &&
    args.every((arg) => /^-[ilqvE]*$/.test(arg))
  );
};

const INTERPRETERS = new Set(
  'python node irb ruby perl php psysh lua jshell julia R ghci iex erl scala groovysh busybox rbenv swift tclsh guile'.split(
    ' ',
  ),
);

const isInstaller = ([program = '', ...args]: readonly string[]): boolean =>
  /^(apt|apt-get|aptitude|apk|yum|dnf|microdnf|zypper|pacman|dpkg)$/.test(baseOf(program)) &&
  args.some((arg) => /^(install|add|update|upgrade|dist-upgrade|-S|-i)$/.test(arg));
