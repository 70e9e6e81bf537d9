import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { normalizePath, toBytes } from '../../src/base/byte-path.ts';
import { loadShippedProfiles } from '../../src/profiles/shipped-profiles.ts';
import { openRuleBook, type Judgement } from '../../src/rules/rule-book.ts';
import { nodeAt, type Node } from '../../src/tree/node.ts';
import {
  factsOf,
  parseCases,
  pathsOf,
  treeOf,
  withoutDropped,
  type CaseLine,
  type ProfileCase,
} from './profile-case.ts';

const folder = new URL('cases/', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort();
const shipped = await loadShippedProfiles();
const casesOf = async (file: string): Promise<ProfileCase[]> =>
  parseCases(await readFile(new URL(file, folder), 'utf8'), file.split('-', 1)[0] as string);
const all = await Promise.all(files.map(async (file) => ({ file, cases: await casesOf(file) })));

describe.each(all)('$file', ({ cases }) => {
  test.each(cases)('$title', async (each) => {
    const root = treeOf(each.lines);
    const { verdicts } = await judgeCase(each, root);
    const dropped = (node: Node): boolean => verdicts.get(node)?.action === 'drop';
    const actual = each.lines.map((line) => describeFate(line, root, verdicts));
    expect(actual.join('\n')).toBe(each.lines.map((line) => describeLine(line)).join('\n'));

    const rest = withoutDropped(root, dropped);
    const again = (await judgeCase(each, rest)).verdicts;
    const left = withoutDropped(rest, (node) => again.get(node)?.action === 'drop');
    expect(pathsOf(left)).toEqual(pathsOf(rest));
  });
});

test('every rule of a shipped profile has a case that it decides', () => {
  const lines = all.flatMap(({ cases }) => cases.flatMap((each) => each.lines));
  const fired = new Set(lines.filter((line) => line.gone).map((line) => line.why));
  const held = new Set(lines.filter((line) => !line.gone).map((line) => line.why));
  const untried = shipped.flatMap(({ name, rules, keep }) => [
    ...rules.map(({ id }) => `${name}/${id}`).filter((id) => !fired.has(id)),
    ...keep.map(({ id }) => `${name}/${id}`).filter((id) => !held.has(id)),
  ]);
  expect(untried).toEqual([]);
});

const judgeCase = async (each: ProfileCase, root: Node): Promise<Judgement> => {
  const { profiles, level, keep, drop, taker, config } = each;
  const own = taker ? [taker] : [];
  const rules = openRuleBook({ shipped, own, names: profiles, level, keep, drop });
  return rules.judge(root, config, await factsOf(each, root));
};

const describeFate = (line: CaseLine, root: Node, verdicts: Judgement['verdicts']): string => {
  const node = nodeAt(root, normalizePath(toBytes(line.path), line.path));
  const verdict = node && verdicts.get(node);
  const by =
    verdict?.by === 'rule' || verdict?.by === 'keep-rule' ? verdict.id : (verdict?.by ?? '');
  const gone = verdict?.action === 'drop';
  // A file that stays may leave its reason out; one that goes may not.
  return describeLine({ ...line, gone, why: gone || line.why !== '' ? by : '' });
};

const describeLine = ({ gone, path, why }: CaseLine): string =>
  `${gone ? '- ' : '  '}${path}  # ${why}`;
