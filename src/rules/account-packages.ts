import { ReslimError } from '../base/errors.ts';
import type { FoundPackage } from '../ecosystems/found-package.ts';
import type { Inventory } from '../facts/inventory.ts';
import { isSystemType } from '../ecosystems/known-ecosystems.ts';
import { showPath } from '../base/byte-path.ts';
import { pathOf } from '../tree/node.ts';
import type { ActiveProfile } from './detect.ts';
import type { RemovedPackages } from './package-candidates.ts';
import { ruleId } from '../profiles/rule.ts';
import { UNUSED } from './unused.ts';
import type { Verdicts } from './verdict.ts';

/** How the list of packages that scanners find changes. */
export interface PackageAccount {
  /** Packages that disappear from it. */
  readonly lost: readonly FoundPackage[];
  /** With the code `policy`, when a package disappears that no rule or option may remove. */
  readonly refusal: ReslimError | undefined;
}

interface Account {
  readonly before: Inventory;
  readonly after: Inventory;
  readonly verdicts: Verdicts;
  readonly removedPackages: RemovedPackages;
  readonly active: readonly ActiveProfile[];
}

/**
 * Checks that packages disappear from a scanner's list only on purpose: a package of the distribution
 * with the rule that names it, a language package with a rule that overrides the keep rule for package
 * records, or any with `--drop`.
 */
export const accountForPackages = (account: Account): PackageAccount => {
  const left = new Set(account.after.map(keyOf));
  const lost = account.before.filter((each) => !left.has(keyOf(each)));
  const isIntended = intendedTest(account);
  const unaccounted = lost.filter((each) => !isIntended(each));
  return { lost, refusal: refusalOf(unaccounted, account.verdicts) };
};

const refusalOf = (
  [first, ...others]: readonly FoundPackage[],
  verdicts: Verdicts,
): ReslimError | undefined => {
  if (!first) return undefined;
  const { type, name, evidence } = first;
  const more = others.length > 0 ? ` and ${others.length} others` : '';
  const rule = verdicts.get(evidence)?.id ?? 'no rule';
  return new ReslimError(
    'policy',
    `${type} package ${name}${more} would vanish from scanners' lists, ${showPath(pathOf(evidence))}`,
    {
      hint: `${rule} takes the record and not the package: name the path with --keep, or with --drop`,
    },
  );
};

const keyOf = ({ type, name, version, evidence }: FoundPackage): string =>
  JSON.stringify([type, name, version, pathOf(evidence)]);

const intendedTest = ({
  verdicts,
  removedPackages,
  active,
}: Account): ((each: FoundPackage) => boolean) => {
  const removed = new Set(
    [...removedPackages.keys()].map(({ name, version }) => `${name} ${version}`),
  );
  const mayTake = new Set(
    [
      ...active.flatMap(({ profile }) => profile.rules),
      // What nothing leads to goes as a whole: see `keepSigns`.
      UNUSED,
    ]
      .filter(({ overrides, packages }) => packages !== undefined || overrides.includes(RECORDS))
      .map(ruleId),
  );
  return ({ type, name, version, evidence }) => {
    const verdict = verdicts.get(evidence);
    if (verdict?.action === 'drop' && verdict.by === 'user') return true;
    if (isSystemType(type)) return removed.has(`${name} ${version}`);
    return verdict?.action === 'drop' && mayTake.has(verdict.id);
  };
};

/** The keep rule for the files by which scanners find packages of languages. */
const RECORDS = 'base/language-records';
