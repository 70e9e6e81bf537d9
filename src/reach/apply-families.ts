import { matchGlobs } from '../rules/match-globs.ts';
import { packagePattern } from '../profiles/package-pattern.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import { placeOfVariable } from '../graph/trace/name-variable.ts';
import type { Place } from '../graph/place.ts';
import type { Step, Trace } from '../graph/trace/state.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { PackageFollower } from './follow-package.ts';
import type { FamilyRule } from '../profiles/family.ts';

/** The rules of families, ready for the files of one image. */
export interface Families {
  /** What rules without a condition keep. */
  readonly always: (keep: (node: Node, reason: string) => void) => void;
  /** Starts what variables of the environment say, as far as they are known by now. */
  readonly startNamed: () => void;
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
  trace: Trace,
  packages: Pick<PackageFollower, 'packagesFor'>,
): Families => {
  const { record } = trace;
  const globs = rules.flatMap(({ when, loads, starts, ignores, reads, commands }) => [
    ...when,
    ...loads,
    ...starts,
    ...ignores,
    ...reads,
    ...commands.flatMap((each) => each.in),
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
  const variables = new Set(rules.flatMap((rule) => rule.variables));
  const where = { folders: [homeOf(trace.config.runtime)], searchIn: [], inputFiles: [] };
  const enqueue = (step: Step, place: Place): void => trace.enqueue({ step, place, where });
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
    startNamed: () => {
      for (const name of variables)
        for (const fields of trace.environment.get(name) ?? [])
          enqueue(stepOf(fields.join(' ')), placeOfVariable(name));
    },
    know: (node) =>
      (rulesFor.get(node) ?? []).some(
        ({ ignores, commands }) => ignores.length + commands.length === 0,
      ),
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
        for (const { in: files, patterns } of rule.commands)
          for (const each of filesOf(files))
            enqueue({ does: 'lines', path: `/${pathOf(each)}`, patterns }, { file: each });
        if (rule.depends) need('reads', packages.packagesFor(node));
      }
    },
  };
};

/** A command line that a variable holds: a shell reads it where more than the name of a program is in it. */
const stepOf = (value: string): Step => {
  // `|lesspipe %s` of LESSOPEN.
  const line = value.replace(/^[|-]+\s*/, '');
  const words = /^[\w./+-]*$/.test(line) ? [line] : ['sh', '-c', line];
  return { does: 'run', words };
};
