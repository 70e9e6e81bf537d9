import { ReslimError } from '../base/errors.ts';
import type { FoundPackage } from '../ecosystems/found-package.ts';
import type { Inventory } from '../facts/inventory.ts';
import { isSystemType } from '../ecosystems/known-ecosystems.ts';
import { showPath } from '../base/byte-path.ts';
import { pathOf } from '../tree/node.ts';
import type { ActiveProfile } from './detect.ts';
import type { Departures } from './package-candidates.ts';
import { ruleId } from './rule-set.ts';
import type { Verdicts } from './verdict.ts';

/** What became of the packages that scanners list. */
export interface PackageAccount {
  /** What disappears from the list. */
  readonly lost: readonly FoundPackage[];
  /** Of the code `policy`, when some of it disappears for no good reason. */
  readonly refusal: ReslimError | undefined;
}

interface Account {
  readonly before: Inventory;
  readonly after: Inventory;
  readonly verdicts: Verdicts;
  readonly departures: Departures;
  readonly active: readonly ActiveProfile[];
}

/**
 * Checks that what disappears from a scanner's list was taken out on purpose: a package that a rule
 * takes out with its record, a language package with a rule that may pass its record, or what the user
 * names with `--drop`.
 */
export const accountForPackages = (account: Account): PackageAccount => {
  const left = new Set(account.after.map(keyOf));
  const lost = account.before.filter((each) => !left.has(keyOf(each)));
  const purposes = purposeTest(account);
  const unaccounted = lost.filter((each) => !purposes(each));
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

const purposeTest = ({
  verdicts,
  departures,
  active,
}: Account): ((each: FoundPackage) => boolean) => {
  const departed = new Set([...departures.keys()].map(({ name, version }) => `${name} ${version}`));
  const mayTake = new Set(
    active
      .flatMap(({ profile }) => profile.rules)
      .filter(({ overrides, packages }) => packages !== undefined || overrides.includes(RECORDS))
      .map(ruleId),
  );
  return ({ type, name, version, evidence }) => {
    const verdict = verdicts.get(evidence);
    if (verdict?.action === 'drop' && verdict.by === 'user') return true;
    if (isSystemType(type)) return departed.has(`${name} ${version}`);
    return verdict?.action === 'drop' && mayTake.has(verdict.id);
  };
};

/** The keep rule for what scanners read of programming languages. */
const RECORDS = 'base/language-records';
