import type { ValueChange } from '../api/diff.ts';
import { compareConfig } from '../comparison/compare-config.ts';
import { settingsOf } from '../comparison/config-members.ts';
import { isSemantic } from '../comparison/semantic.ts';
import type { Check } from './check.ts';

/** All settings that containers notice are as before. */
export const checkConfig: Check = async ({ original, slim }, { look, differ }) => {
  for (const setting of settingsOf(original.image)) if (isSemantic(setting)) look();
  for (const change of compareConfig(original.image, slim.image, { semantic: true }))
    differ(
      [change.member, ...(change.key === undefined ? [] : [change.key])].join(' '),
      wordsOf(change),
    );
};

const wordsOf = ({ before, after }: ValueChange): string => {
  if (after === undefined) return `is gone, in the original ${quoted(before)}`;
  if (before === undefined) return `is ${quoted(after)}, in the original not set`;
  return `is ${quoted(after)}, in the original ${quoted(before)}`;
};

/** Ports and volumes have no value. */
const quoted = (value: string | undefined): string => (value ? `"${value}"` : 'set');
