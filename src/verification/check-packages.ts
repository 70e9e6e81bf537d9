import { showPath, toText } from '../base/byte-path.ts';
import type { FoundPackage } from '../ecosystems/found-package.ts';
import { isSystemType } from '../ecosystems/known-ecosystems.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import { takeInventory } from '../facts/inventory.ts';
import { contentsOf } from '../facts/language-packages.ts';
import type { ImageView } from '../image/image-view.ts';
import { categorize } from '../rules/categorize.ts';
import { nodeAt, nodesOf, pathOf, type Node } from '../tree/node.ts';
import type { Check, Report } from './check.ts';
import type { ViewPair } from './view-pair.ts';

/**
 * Package lists are true: whatever is listed is there with at least one of its files, and what is there is listed.
 * Files that a package can do without, such as documentation, do not count.
 */
export const checkPackages: Check = async (pair, report) => {
  const isLeft = await openSurvey(pair);
  await checkSystemPackages(pair, isLeft, report);
  await checkLanguagePackages(pair, isLeft, report);
};

/** Which files of the original count, and which of those the slim image has. */
interface Survey {
  readonly counts: (node: Node) => boolean;
  readonly isLeft: (node: Node) => boolean;
}

const openSurvey = async ({ original, slim }: ViewPair): Promise<Survey> => {
  const { root, nodes } = original.tree();
  const categories = await categorize(root, nodes);
  const now = slim.tree().root;
  return {
    counts: (node) => !node.children && !categories.has(node),
    isLeft: (node) => nodeAt(now, pathOf(node)) !== undefined,
  };
};

const checkSystemPackages = async (
  { original, slim }: ViewPair,
  survey: Survey,
  { look, differ }: Report,
): Promise<void> => {
  const [before, after] = [await original.systemPackages(), await slim.systemPackages()];
  const known = new Set(before.list.map(keyOf));
  const listed = new Set(after.list.map(keyOf));
  for (const each of before.list) {
    look();
    const isListed = listed.has(keyOf(each));
    const own = isListed
      ? each.files
      : each.files.filter((file) =>
          before.owners.get(file)?.every((owner) => !listed.has(keyOf(owner))),
        );
    const fault = faultOf(own, isListed, survey);
    if (fault) differ(nameOf(each), fault);
  }
  for (const each of after.list)
    if (!known.has(keyOf(each))) differ(nameOf(each), 'is listed, but not in the original');
};

/** What is wrong with a package that is listed, or is not, where some of its files are left. */
const faultOf = (
  files: readonly Node[],
  isListed: boolean,
  { counts, isLeft }: Survey,
): string | undefined => {
  const counted = files.filter(counts);
  const left = counted.filter(isLeft);
  if (isListed)
    return counted.length > 0 && left.length === 0
      ? `is listed, but none of its files is left: ${numberOf(counted)} in the original`
      : undefined;
  const [first] = left;
  return (
    first && `is not listed any more, but ${numberOf(left)} is left: ${showPath(pathOf(first))}`
  );
};

const numberOf = ({ length }: readonly Node[]): string =>
  length === 1 ? '1 file' : `${length} files`;

const keyOf = ({ type, name, version, architecture }: SystemPackage): string =>
  JSON.stringify([type, name, version, architecture]);

const nameOf = ({
  type,
  name,
  version,
}: Readonly<Record<'type' | 'name' | 'version', string>>): string =>
  toText([type, name, version].filter((part) => part !== '').join(' '));

/** Scanners list these by a file that describes them. */
const checkLanguagePackages = async (
  { original, slim }: ViewPair,
  survey: Survey,
  { look, differ }: Report,
): Promise<void> => {
  const before = await languagePackages(original);
  const known = new Set(before.map(placeOf));
  const listed = before.filter(({ evidence }) => survey.isLeft(evidence));
  const missing = before.filter(({ evidence }) => !survey.isLeft(evidence));
  // What one package is made of may lie within another one.
  const claimed = new Set<Node>();
  for (const each of listed) {
    look();
    const files = await filesOf(each, original);
    if (missing.length > 0) for (const file of files) claimed.add(file);
    const fault = faultOf(
      files.filter((file) => !isRecord(file, each)),
      true,
      survey,
    );
    if (fault) differ(nameOf(each), fault);
  }
  for (const each of missing) {
    look();
    const files = await filesOf(each, original);
    const fault = faultOf(
      files.filter((file) => !claimed.has(file)),
      false,
      survey,
    );
    if (fault) differ(nameOf(each), fault);
  }
  for (const each of await languagePackages(slim))
    if (!known.has(placeOf(each))) differ(nameOf(each), 'is listed, but not in the original');
};

const languagePackages = async ({ tree, open }: ImageView): Promise<FoundPackage[]> =>
  (await takeInventory(tree().root, open)).filter(({ type }) => !isSystemType(type));

const placeOf = ({ type, name, version, evidence }: FoundPackage): string =>
  JSON.stringify([type, name, version, pathOf(evidence)]);

const filesOf = async (each: FoundPackage, { tree, open }: ImageView): Promise<Node[]> =>
  (await contentsOf(each, tree().root, open))
    .flatMap(nodesOf)
    .filter(({ children }) => children === undefined);

/** Whether a file only describes the package: the evidence, and what lies beside it in `*.dist-info`. */
const isRecord = (file: Node, { evidence }: FoundPackage): boolean =>
  file === evidence ||
  (file.parent === evidence.parent && /\.(dist|egg)-info$/.test(evidence.parent?.name ?? ''));
