import type { AppliedEdit, EditedMember } from '../oci/document-edits.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** What was edited, for a person: names of what was set, and of what was unset; nothing where nothing was. */
export const formatEdits = (edits: readonly AppliedEdit[], { faint }: Palette): string[] => [
  ...formatAction('set', edits, faint),
  ...formatAction('unset', edits, faint),
];

const formatAction = (
  action: AppliedEdit['action'],
  edits: readonly AppliedEdit[],
  faint: Palette['faint'],
): string[] => {
  const members = new Map<EditedMember, Set<string>>();
  for (const edit of edits) {
    if (edit.action !== action) continue;
    const names = members.get(edit.member) ?? new Set();
    if (edit.name !== undefined) names.add(printable(edit.name));
    members.set(edit.member, names);
  }
  const words = [...members].map(([member, names]) => [member, [...names].join(', ')].join(' '));
  return words.length === 0
    ? []
    : [`${faint(action.padEnd(WIDTH))}${words.map((each) => each.trimEnd()).join('; ')}`];
};

const WIDTH = 'unset  '.length;
