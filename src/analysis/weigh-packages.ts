import { byCodeUnit } from '../base/by-code-unit.ts';
import type { AnalyzedPackage } from '../api/analysis.ts';
import { showPath, toText } from '../base/byte-path.ts';
import type { FoundPackage } from '../ecosystems/found-package.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import { isSystemType } from '../ecosystems/known-ecosystems.ts';
import { takeInventory } from '../facts/inventory.ts';
import { contentsOf, withVersions } from '../facts/language-packages.ts';
import type { Entry } from '../layer/entry.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import type { Tree } from '../tree/squash.ts';

/** All packages of an image, largest first, and which of them each file belongs to. */
export interface WeighedPackages {
  readonly list: readonly AnalyzedPackage[];
  readonly ownerOf: (node: Node) => AnalyzedPackage | undefined;
}

/**
 * Weighs what scanners find. A file that several packages claim counts for one: the distribution's, then the
 * one that lists the file, then the one with the innermost folder.
 */
export const weighPackages = async (
  tree: Tree,
  system: SystemPackages,
  open: OpenFile,
): Promise<WeighedPackages> => {
  const { root, nodes } = tree;
  const found = await withVersions(await takeInventory(root, open), open);
  const weighed = found.map((each) => ({ each, weight: weightOf(each) }));
  const owners = new Map<Node, Weight>();
  const claim = (node: Node, weight: Weight): void => {
    if (!owners.has(node)) owners.set(node, weight);
  };
  const byName = new Map(weighed.map(({ each, weight }) => [nameOf(each), weight]));
  for (const each of system.list) {
    const { type, files, records } = each;
    const weight = byName.get(
      nameOf({ type, name: toText(each.name), version: toText(each.version) }),
    );
    if (weight) for (const node of [...files, ...records]) claim(node, weight);
  }
  for (const { each, weight } of weighed) {
    if (isSystemType(each.type)) continue;
    const contents = await contentsOf(each, root, open);
    for (const node of [...contents, each.evidence]) claim(node, weight);
  }
  const counted = new Set<Entry>();
  for (const node of nodes) {
    const owner = owners.get(node) ?? (node.parent && owners.get(node.parent));
    if (!owner) continue;
    owners.set(node, owner);
    if (node.children || !node.entry) continue;
    owner.files++;
    if (!counted.has(node.entry)) owner.bytes += node.entry.bodySize;
    counted.add(node.entry);
  }
  return {
    list: weighed.map(({ weight }) => weight).sort(byBytes),
    ownerOf: (node) => owners.get(node),
  };
};

/** A package while its files are counted. */
type Weight = AnalyzedPackage & { files: number; bytes: number };

const weightOf = ({ type, name, version, evidence }: FoundPackage): Weight => ({
  type,
  name,
  version,
  files: 0,
  bytes: 0,
  evidence: showPath(pathOf(evidence)),
});

const nameOf = ({ type, name, version }: Pick<FoundPackage, 'type' | 'name' | 'version'>): string =>
  `${type} ${name} ${version}`;

const byBytes = (a: AnalyzedPackage, b: AnalyzedPackage): number =>
  b.bytes - a.bytes ||
  byCodeUnit(a.type, b.type) ||
  byCodeUnit(a.name, b.name) ||
  byCodeUnit(a.evidence, b.evidence);
