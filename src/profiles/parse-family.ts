import { z } from 'zod';
import { glob, listOf, strictObject, text } from './schema-parts.ts';
import { readYaml } from '../yaml/yaml-document.ts';
import type { FamilyRule } from './family.ts';

/** Reads the text of one family. `fileName` is for messages. Throws a `YamlError` with all that is wrong. */
export const parseFamily = (content: string, fileName: string): FamilyRule[] => {
  const { value } = readYaml(content, fileName, familySchema);
  return value.rules.map(
    ({ id, when, loads, starts, ignores, reads, packages, depends, covers, reason, source }) => ({
      id: `${value.name}/${id}`,
      when: toList(when),
      loads: toList(loads),
      starts: toList(starts),
      ignores: toList(ignores),
      reads: toList(reads),
      packages: toList(packages),
      depends: depends ?? false,
      covers,
      reason: reason.trim().replaceAll(/\s+/g, ' '),
      source,
    }),
  );
};

const toList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

const word = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
  error: 'expected lower-case words joined by "-"',
});

const ruleSchema = strictObject({
  id: word,
  when: listOf(glob).optional().describe('files that must be started or loaded; always without'),
  loads: listOf(glob).optional().describe('what is then taken into a running program'),
  starts: listOf(glob).optional().describe('what is then run'),
  ignores: listOf(glob)
    .optional()
    .describe('programs that the strings of these files name, and that they do without'),
  reads: listOf(glob).optional().describe('what is then opened as data'),
  packages: listOf(text).optional().describe('packages of the distribution that stay whole then'),
  depends: z
    .literal(true)
    .optional()
    .describe('packages of languages that the package of the file depends on stay whole'),
  covers: text
    .optional()
    .describe('what is named only while it runs, all of which this rule keeps'),
  reason: text.describe('one sentence, for --explain'),
  source: z.url({ protocol: /^https?$/ }).optional(),
});

const familySchema = strictObject({
  name: word,
  title: text,
  rules: z.array(ruleSchema).min(1),
});
