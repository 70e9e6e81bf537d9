import { z } from 'zod';
import { glob, listOf, strictObject, text } from './schema-parts.ts';
import { readYaml } from '../yaml/yaml-document.ts';
import type { FamilyRule } from './family.ts';

/** Reads the text of one family. `fileName` is for messages. Throws a `YamlError` with all that is wrong. */
export const parseFamily = (content: string, fileName: string): FamilyRule[] => {
  const { value } = readYaml(content, fileName, familySchema);
  return value.rules.map(
    ({ id, commands = [], depends = false, covers, reason, source, ...lists }) => ({
      id: `${value.name}/${id}`,
      when: toList(lists.when),
      loads: toList(lists.loads),
      starts: toList(lists.starts),
      ignores: toList(lists.ignores),
      reads: toList(lists.reads),
      packages: toList(lists.packages),
      commands: commands.map((each) => ({
        in: toList(each.in),
        patterns: toList(each.patterns),
      })),
      variables: toList(lists.variables),
      depends,
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

const expressionOf = (value: string): RegExp | Error => {
  try {
    return new RegExp(value, 'gi');
  } catch (error) {
    return error as Error;
  }
};

const pattern = text.superRefine((value, context) => {
  const made = expressionOf(value);
  if (made instanceof Error) context.addIssue({ code: 'custom', message: made.message });
});

const commandSchema = strictObject({
  in: listOf(glob).describe('the files'),
  patterns: listOf(pattern).describe(
    'what a line has, with the group "line" for a command line, "file" for a further file of this kind, and neither for what nobody can tell',
  ),
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
  commands: z.array(commandSchema).min(1).optional().describe('settings that then say what is run'),
  variables: listOf(text)
    .optional()
    .describe('variables of the environment whose values are command lines'),
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
