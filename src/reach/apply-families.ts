import { matchGlobs } from '../rules/match-globs.ts';
import { packagePattern } from '../profiles/package-pattern.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import type { Record } from '../graph/record.ts';
import type { Node } from '../tree/node.ts';
import type { PackageFollower } from './follow-package.ts';
import type { FamilyRule } from '../profiles/family.ts';

/** The rules of families, ready for the files of one image. */
export interface Families {
  /** What rules without a condition keep. */
  readonly always: (keep: (node: Node, reason: string) => void) => void;
  /** Applies the rules that a file brings about, which is started or loaded. */
  readonly apply: (node: Node) => void;
  /** Whether a rule says what a file opens. */
  readonly know: (node: Node) => boolean;
  /** Whether a rule says that a file does without a program that its strings name. */
  readonly refuse: (node: Node, program: Node) => boolean;
}

/** `nodes` lists folders before their contents, the root first. */
export const familyRules = (
  rules: readonly FamilyRule[],
  nodes: readonly Node[],
  { list }: Pick<SystemPackages, 'list'>,
  record: Record,
  packages: Pick<PackageFollower, 'packagesFor'>,
): Families => {
  const globs = rules.flatMap(({ when, loads, starts, ignores, reads }) => [
    ...when,
    ...loads,
    ...starts,
    ...ignores,
    ...reads,
  ]);
  const matched = matchGlobs([...new Set(globs)], nodes);
  const filesOf = (patterns: readonly string[]): readonly Node[] =>
    patterns.flatMap((glob) => matched.get(glob) ?? []);
  const rulesFor = new Map<Node, FamilyRule[]>();
  for (const rule of rules)
    for (const node of filesOf(rule.when))
      rulesFor.set(node, [...(rulesFor.get(node) ?? []), rule]);

  const packagesOf = (patterns: readonly string[]): Node[] => {
    const tests = patterns.map(packagePattern);
    return list
      .filter(({ name }) => tests.some((test) => test.test(name)))
      .flatMap(({ files }) => files);
  };
  const applied = new Set<FamilyRule>();
  return {
    always: (keep) => {
      for (const rule of rules)
        if (rule.when.length === 0)
          for (const node of [
            ...filesOf([...rule.loads, ...rule.starts, ...rule.reads]),
            ...packagesOf(rule.packages),
          ])
            keep(node, `${rule.id}: ${rule.reason}`);
    },
    know: (node) => (rulesFor.get(node) ?? []).some(({ ignores }) => ignores.length === 0),
    refuse: (node, program) =>
      (rulesFor.get(node) ?? []).some(({ ignores }) => filesOf(ignores).includes(program)),
    apply: (node) => {
      for (const rule of rulesFor.get(node) ?? []) {
        if (applied.has(rule)) continue;
        applied.add(rule);
        const place = { file: node, member: `by ${rule.id}` };
        const need = (kind: 'loads' | 'starts' | 'reads', found: readonly Node[]): void => {
          for (const each of found) record.need(kind, { node: each, via: [] }, place);
        };
        if (rule.covers !== undefined)
          record.leaveOpen({
            kind: 'loads',
            place: { file: node },
            word: rule.covers,
            isCovered: true,
          });
        need('loads', filesOf(rule.loads));
        need('starts', filesOf(rule.starts));
        need('reads', [...filesOf(rule.reads), ...packagesOf(rule.packages)]);
        if (rule.depends) need('reads', packages.packagesFor(node));
      }
    },
  };
};
