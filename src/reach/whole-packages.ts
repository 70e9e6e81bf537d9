import { toText } from '../base/byte-path.ts';
import { isDocumentation } from '../ecosystems/documentation.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import { pathOf } from '../tree/node.ts';
import type { Reached } from './reached.ts';

interface WholeContext {
  /** Packages that go whatever uses them. */
  readonly isRemoved: (each: SystemPackage) => boolean;
  readonly reached: Reached;
  /** Follows all that is new. */
  readonly follow: () => Promise<void>;
}

/**
 * Keeps packages whole so that package managers go on working: those of which anything is used, those that the distribution
 * calls essential, package managers, and what these depend on. What their files need may be of others, until there are no more.
 * Returns them: some have no files, and are there only for what they depend on.
 */
export const keepWhole = async (
  packages: SystemPackages,
  { isRemoved, reached, follow }: WholeContext,
): Promise<ReadonlySet<SystemPackage>> => {
  for (let count = -1; ;) {
    const whole = wholePackages(packages, { isRemoved, reached });
    if (whole.size === count) return whole;
    count = whole.size;
    for (const { name, files } of whole)
      for (const node of files) reached.leaveThere(node, `package ${toText(name)} stays whole`);
    await follow();
  }
};

const wholePackages = (
  { list, providers }: SystemPackages,
  { isRemoved, reached }: Omit<WholeContext, 'follow'>,
): ReadonlySet<SystemPackage> => {
  const isUsed = ({ files }: SystemPackage): boolean =>
    files.some((node) => reached.has(node) && !isDocumentation(pathOf(node)));
  const whole = new Set(
    list.filter(
      (each) => !isRemoved(each) && (each.isVital || MANAGERS.has(each.name) || isUsed(each)),
    ),
  );
  // A set that grows is gone through to its end.
  for (const each of whole)
    for (const names of each.depends) {
      const found = names
        .flatMap((name) => providers.get(name) ?? [])
        .filter((one) => !isRemoved(one));
      const [first] = found;
      if (first && !found.some((one) => whole.has(one))) whole.add(first);
    }
  return whole;
};

/** Not all of them are essential to their distributions. */
const MANAGERS = new Set(['apt', 'dpkg', 'apk-tools']);
