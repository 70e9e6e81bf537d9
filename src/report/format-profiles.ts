import type { KeepRule, Profile, Requirement, Rule } from '../profiles/rule.ts';
import { formatTable } from './format-table.ts';
import { PLAIN, type Palette } from './palette.ts';
import { printable } from './printable.ts';

/** All profiles, a line each. */
export const formatProfileList = (
  profiles: readonly Profile[],
  palette: Palette = PLAIN,
): string => {
  const rows = profiles.map(({ name, title, rules, keep }) => [
    palette.title(name),
    palette.faint(`${rules.length} + ${keep.length}`),
    title,
  ]);
  const head = ['profile', 'rules', 'what goes'].map((cell) => palette.faint(cell));
  return formatTable([head, ...rows], ['left', 'right', 'left']).join('\n');
};

/** One profile in full: every rule with what it matches, when, and why. */
export const formatProfile = (profile: Profile, palette: Palette = PLAIN): string => {
  const { name, title, detect, rules, keep } = profile;
  const signs = [
    ...(detect.always ? ['every image'] : []),
    ...(detect.paths ?? []),
    ...(detect.env ?? []).map((each) => `$${each}`),
  ];
  return [
    `${palette.title(printable(name))}  ${printable(title)}`,
    `${palette.faint('signs')}  ${signs.length > 0 ? printable(signs.join('  ')) : 'none: name it with --profile'}`,
    ...rules.map((rule) => formatRule(rule, palette)),
    ...keep.map((rule) => formatKeepRule(rule, palette)),
  ].join('\n\n');
};

const formatRule = (rule: Rule, palette: Palette): string => {
  const { title, faint } = palette;
  const lines: [string, readonly string[]][] = [
    ['match', rule.match],
    ['packages', rule.packages ?? []],
    ['except', rule.except],
    ['only', rule.only === undefined ? [] : [rule.only]],
    ...requirementLines(rule.requires),
    ['overrides', rule.overrides],
    ['see', rule.source === undefined ? [] : [rule.source]],
  ];
  return [
    `${title(`${rule.profile}/${rule.id}`)}  ${faint(`${rule.level}, ${rule.category}`)}`,
    `  ${printable(rule.reason)}`,
    ...formatLines(lines, palette),
  ].join('\n');
};

const formatKeepRule = (rule: KeepRule, palette: Palette): string => {
  const { title, faint } = palette;
  return [
    `${title(`${rule.profile}/${rule.id}`)}  ${faint('keeps')}`,
    `  ${printable(rule.reason)}`,
    ...formatLines(
      [
        ['match', rule.match],
        ['except', rule.except],
        ['see', rule.source === undefined ? [] : [rule.source]],
      ],
      palette,
    ),
  ].join('\n');
};

const requirementLines = (requires: Requirement | undefined): [string, readonly string[]][] => [
  ['exists', requires?.exists ?? []],
  ['absent', requires?.absent ?? []],
  ['beside', requires?.beside ?? []],
  ['is', requires?.is ?? []],
  ['not run', requires?.notRun ?? []],
  ['not called', requires?.notCalled ?? []],
  ['platform', requires?.platform ?? []],
  ['not for', requires?.notPlatform ?? []],
];

/** One value a line where they are globs, one line where they are words. */
const formatLines = (
  lines: readonly (readonly [name: string, values: readonly string[]])[],
  { faint }: Palette,
): string[] => {
  const rows = lines.flatMap(([name, values]) => {
    const shown = values.some((value) => value.includes('/')) ? values : [values.join(', ')];
    return values.length === 0
      ? []
      : shown.map((value, at) => [faint(at === 0 ? name : ''), printable(value)]);
  });
  return formatTable(rows, ['left', 'left']).map((line) => `  ${line}`);
};
