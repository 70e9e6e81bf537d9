import type { AdviceEdit } from '../../api/advice.ts';
import { isHarmless, type Instruction } from '../dockerfile/instruction.ts';
import { instructionsOf, type Change } from './change.ts';
import { needsSubshell } from './can-merge.ts';
import { formatRendered, indentOf, renderInstruction } from './render-instruction.ts';

/** The text that the changes lead to, one edit for each instruction or group of merged ones, in their order. */
export const renderChanges = (
  changes: readonly Change[],
  chain: readonly Instruction[],
): AdviceEdit[] => {
  const groups = mergedGroups(changes);
  const edits: { at: number; edit: AdviceEdit }[] = [];
  const done = new Set<Instruction>();
  for (const instruction of changes.flatMap(instructionsOf)) {
    if (done.has(instruction)) continue;
    const group = groups.find((each) => each.has(instruction));
    const members = group ? chain.filter((each) => group.has(each)) : [instruction];
    for (const member of members) done.add(member);
    const edit =
      members.length > 1
        ? renderMerged(members, changes, chain)
        : editOf(instruction, formatRendered(instruction, renderInstruction(instruction, changes)));
    edits.push({ at: chain.indexOf(members[0] as Instruction), edit });
  }
  return edits.sort((a, b) => a.at - b.at).map(({ edit }) => edit);
};

/** Merges that share an instruction are one. */
const mergedGroups = (changes: readonly Change[]): readonly ReadonlySet<Instruction>[] => {
  let groups: Set<Instruction>[] = [];
  for (const change of changes) {
    if (change.kind !== 'merge') continue;
    const touching = groups.filter((group) => change.instructions.some((each) => group.has(each)));
    const merged = new Set([...touching.flatMap((group) => [...group]), ...change.instructions]);
    groups = [...groups.filter((group) => !touching.includes(group)), merged];
  }
  return groups;
};

const editOf = ({ line, endLine, text }: Instruction, after: string): AdviceEdit => ({
  ...(line !== undefined && { line, endLine }),
  before: text,
  after,
});

/** One `RUN` for several. Comments stay before their command; what stood between and is no `RUN` follows. */
const renderMerged = (
  members: readonly Instruction[],
  changes: readonly Change[],
  chain: readonly Instruction[],
): AdviceEdit => {
  const [first, last] = [members[0] as Instruction, members.at(-1) as Instruction];
  const indent = members.map(({ text }) => text).find((text) => text.includes('\n'));
  const lead = indentOf(indent ?? '');
  const parts = members.map((member, at) => {
    const { body, replacement } = renderInstruction(member, changes);
    if (replacement !== undefined) return '';
    const script = needsSubshell(member, at === 0) ? `(${body.replace(/[;\s]+$/, '')})` : body;
    const comments = at === 0 ? [] : member.comments.map((line) => `${lead}${line.trim()}\n`);
    return at === 0 ? script : ` ${first.escape}\n${comments.join('')}${lead}&& ${script}`;
  });
  const start = chain.indexOf(first);
  const between = chain
    .slice(start, chain.indexOf(last))
    .filter((each) => isHarmless(each) && !members.includes(each));
  const { flags } = renderInstruction(first, changes);
  return {
    ...(first.line !== undefined && { line: first.line, endLine: last.endLine }),
    before: textBetween(first, last, chain),
    after: [['RUN', ...flags, parts.join('')].join(' '), ...between.map(({ text }) => text)].join(
      '\n',
    ),
  };
};

const textBetween = (
  first: Instruction,
  last: Instruction,
  chain: readonly Instruction[],
): string =>
  chain
    .slice(chain.indexOf(first), chain.indexOf(last) + 1)
    .flatMap(({ comments, text }, at) => (at === 0 ? [text] : [...comments, text]))
    .join('\n');

/** A Dockerfile with edits made. Edits that touch lines of an earlier one are left out. */
export const applyEdits = (lines: readonly string[], edits: readonly AdviceEdit[]): string => {
  const result = [...lines];
  let limit = lines.length + 1;
  for (const { line, endLine = line, after } of [...edits].sort(
    (a, b) => (b.line ?? 0) - (a.line ?? 0),
  )) {
    if (line === undefined || endLine === undefined || endLine >= limit) continue;
    result.splice(line - 1, endLine - line + 1, ...(after === '' ? [] : after.split('\n')));
    limit = line;
  }
  return result.join('\n');
};
