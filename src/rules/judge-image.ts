import type { Facts } from '../facts/facts.ts';
import { inventoryAfter, takeInventory, type Inventory } from '../facts/inventory.ts';
import { withVersions } from '../facts/language-packages.ts';
import type { OpenFile } from '../tree/open-file.ts';
import type { RecordedLists } from '../ecosystems/ecosystem.ts';
import { updateRecords } from '../ecosystems/update-records.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import { accountForPackages, type PackageAccount } from './account-packages.ts';
import type { Judgement, RuleBook } from './rule-book.ts';

/** A judgement with the facts it is based on, and what it changes in the records of packages. */
export interface ImageJudgement extends Judgement {
  readonly facts: Facts;
  /** New contents of package managers' records. */
  readonly records: ReadonlyMap<Entry, LayerBytes>;
  /** What scanners find, before and after. */
  readonly inventory: {
    readonly before: Inventory;
    readonly after: Inventory;
  } & PackageAccount;
}

export interface JudgeImageOptions {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  /** The answer to the query of the rules. */
  readonly facts: Facts;
  /** What lies in layers that stay as they are. @default nothing */
  readonly isFixed?: ((node: Node) => boolean) | undefined;
  /** @default as-they-are */
  readonly lists?: RecordedLists | undefined;
  /** Takes more than the rules; `before` is what scanners find in the image. */
  readonly narrow?: ((judgement: Judgement, before: Inventory) => Promise<Judgement>) | undefined;
}

/** What the rules decide, and what takes more than they do; `before` is what scanners find in the image. */
export const judgeNodes = async (
  rules: Pick<RuleBook, 'judge'>,
  { root, config, open, facts, isFixed, narrow }: Omit<JudgeImageOptions, 'lists'>,
): Promise<{ readonly judgement: Judgement; readonly before: Inventory }> => {
  const judged = rules.judge(root, config, facts, isFixed);
  const before = await takeInventory(root, open);
  return { judgement: narrow ? await narrow(judged, before) : judged, before };
};

/** Lets the rules judge, and accounts for the packages that go. */
export const judgeImage = async (
  rules: RuleBook,
  { lists = 'as-they-are', ...options }: JudgeImageOptions,
): Promise<ImageJudgement> => {
  const { root, open, facts } = options;
  const { judgement, before } = await judgeNodes(rules, options);
  const { verdicts, removedPackages, active } = judgement;
  const isGone = (node: Node): boolean => verdicts.get(node)?.action === 'drop';
  const notes = [...judgement.notes];
  const records = await updateRecords(
    root,
    { packages: [...removedPackages.keys()], isGone, lists },
    open,
    (note) => notes.push(note),
  );
  const after = await inventoryAfter(root, before, { isGone, contents: records, open });
  const account = accountForPackages({ before, after, verdicts, removedPackages, active });
  const lost = await withVersions(account.lost, open);
  return { ...judgement, notes, facts, records, inventory: { before, after, ...account, lost } };
};
