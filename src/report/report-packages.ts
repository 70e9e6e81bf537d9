import { parentOf, toText, type BytePath } from '../base/byte-path.ts';
import type { FoundPackage } from '../ecosystems/found-package.ts';
import { ECOSYSTEMS, isSystemType } from '../ecosystems/known-ecosystems.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Removal } from '../plan/removals.ts';
import type { ImageJudgement } from '../rules/judge-image.ts';
import { ruleId } from '../profiles/rule.ts';
import { pathOf } from '../tree/node.ts';
import type { PackagesReport, RemovedPackage } from '../api/results.ts';

/** Counts packages before and after, and lists those removed with their sizes. */
export const reportPackages = (
  { facts, removedPackages, inventory, verdicts }: ImageJudgement,
  removals: readonly Removal[],
): PackagesReport => {
  const lost = inventory.lost.filter(({ type }) => !isSystemType(type));
  const weighed = removedPackages.size + lost.length > 0 ? removals : [];
  const byPath = new Map(weighed.map((removal) => [removal.path, removal]));
  const byFolder = groupByPackage(weighed);
  const system = [...removedPackages].map(([each, rule]) =>
    systemPackage(each, ruleId(rule), byPath),
  );
  const languages = lost.map((each): RemovedPackage => {
    const { type, name, version, evidence } = each;
    const path = pathOf(evidence);
    const record = byPath.get(path);
    const own = FOLDERS.has(type) ? byFolder.get(`/${parentOf(path)}`) : record && [record];
    return { type, name, version, ...weigh(own ?? []), rule: verdicts.get(evidence)?.id ?? '' };
  });
  return {
    before: countTypes(inventory.before),
    after: countTypes(inventory.after),
    removed: [...system, ...languages].sort(
      (a, b) => b.bytes - a.bytes || (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1),
    ),
    unread: facts.packages.unread,
  };
};

const systemPackage = (
  { type, name, version, files, records }: SystemPackage,
  rule: string,
  byPath: ReadonlyMap<BytePath, Removal>,
): RemovedPackage => {
  const gone = [...files, ...records].flatMap((node) => byPath.get(pathOf(node)) ?? []);
  return {
    type,
    name: toText(name),
    version: toText(version),
    ...weigh(gone),
    rule,
  };
};

/**
 * Removed paths by the folder of the innermost package they are in. A package of another type is only
 * its record.
 */
const groupByPackage = (removals: readonly Removal[]): Map<BytePath, Removal[]> => {
  const groups = new Map<BytePath, Removal[]>();
  for (const removal of removals) {
    for (const pattern of FOLDERS.values()) {
      const [, folder] = pattern.exec(`/${removal.path}`) ?? [];
      if (folder === undefined) continue;
      const group = groups.get(folder);
      if (group) group.push(removal);
      else groups.set(folder, [removal]);
    }
  }
  return groups;
};

/** How paths show the package they are in, by its type. */
const FOLDERS = new Map(
  ECOSYSTEMS.flatMap(({ packageSigns = [] }) =>
    packageSigns.flatMap(({ type, folder }) => (folder ? [[type, folder] as const] : [])),
  ),
);

const weigh = (gone: readonly Removal[]): { files: number; bytes: number } => ({
  files: gone.filter(({ type }) => type !== 'directory').length,
  bytes: gone.reduce((total, { bytes }) => total + bytes, 0),
});

const countTypes = (list: readonly FoundPackage[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { type } of list) counts[type] = (counts[type] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
};
