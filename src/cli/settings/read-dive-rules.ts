import { z } from 'zod';
import type { Budget } from '../../api/check.ts';
import { readTextFile } from '../../yaml/text-file.ts';
import { readYaml } from '../../yaml/yaml-document.ts';
import { parseShare, parseSize } from './parse-value.ts';
import type { SettingsFile } from './settings-file.ts';

/** Dive reads every value as text, and takes these for none. */
const DISABLED: ReadonlySet<string> = new Set(['', 'disabled', 'off', 'false']);

const value = z.union([z.string(), z.number(), z.boolean()]).nullable();

/** Dive ignores keys that it does not know. */
const diveSchema = z
  .looseObject({
    rules: z
      .looseObject({
        lowestEfficiency: value.optional(),
        highestWastedBytes: value.optional(),
        highestUserWastedPercent: value.optional(),
      })
      .nullable()
      .optional(),
  })
  .nullable();

/**
 * The rules of a `.dive-ci` file as a budget. A rule that is left out is dive's own: efficiency of 90 %, 10 % wasted of
 * what the layers above the first one store. Throws `usage` with line and column.
 * @see https://github.com/wagoodman/dive#ci-integration
 */
export const readDiveRules = async ({ path, name }: SettingsFile): Promise<Budget> => {
  const document = readYaml(await readTextFile(path, name), name, diveSchema);
  const rules = document.value?.rules ?? {};
  const read = <T>(
    rule: 'lowestEfficiency' | 'highestWastedBytes' | 'highestUserWastedPercent',
    otherwise: string,
    parse: (place: string) => (text: string) => T,
  ): T | undefined => {
    const text = String(rule in rules ? (rules[rule] ?? '') : otherwise).trim();
    return DISABLED.has(text.toLowerCase()) ? undefined : parse(`${rule} of ${name}`)(text);
  };
  return {
    minEfficiency: read('lowestEfficiency', '0.9', parseShare),
    maxWasted: read('highestWastedBytes', 'disabled', parseSize),
    maxUserWasted: read('highestUserWastedPercent', '0.1', parseShare),
  };
};
