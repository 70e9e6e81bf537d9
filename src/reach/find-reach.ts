import { givingWay } from '../base/give-way.ts';
import type { Grain } from '../api/vocabulary.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import { chainFinder, type EdgeStore } from '../graph/edge-store.ts';
import { librariesByBase } from '../graph/files/opened-libraries.ts';
import { librarySearch } from '../graph/files/library-search.ts';
import { meantNeeds } from '../graph/meant-needs.ts';
import { callTools } from '../graph/trace/call-tools.ts';
import { openTrace, startTrace } from '../graph/trace/trace-image.ts';
import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { newStepBudget } from '../tree/resolve.ts';
import type { RecordedNode } from '../rules/recorded-nodes.ts';
import { addRecorded } from './add-recorded.ts';
import { adoptUnowned } from './adopt-unowned.ts';
import { familyRules } from './apply-families.ts';
import { newCallables } from './callables.ts';
import type { FamilyRule } from '../profiles/family.ts';
import { followCodes } from './follow-codes.ts';
import { followFile } from './follow-file.ts';
import { packageFollower } from './follow-package.ts';
import { followPreloads, libraryPath } from './follow-preloads.ts';
import { LANGUAGES } from './languages/languages.ts';
import { languageFollower } from './languages/language-follower.ts';
import { packageStarters } from './starters/package-starters.ts';
import { packageRelations } from './relations.ts';
import { idleChoices } from './idle-choices.ts';
import { programNames } from './program-names.ts';
import { newReached, type Reached, type ReachedFile } from './reached.ts';
import type { Reach } from '../graph/reach.ts';
import { useCosts } from './use-costs.ts';
import { leaveMissing } from './leave-missing.ts';
import { keepWhole } from './whole-packages.ts';
import { isTold, whyNotTold } from './why-not.ts';

export interface ReachInput {
  readonly root: Node;
  /** All of the tree, folders before their contents, the root first. */
  readonly nodes: readonly Node[];
  readonly config: Config;
  readonly open: OpenFile;
  readonly packages: SystemPackages;
  readonly families: readonly FamilyRule[];
  /** What goes whatever uses it. */
  readonly isGone: (node: Node) => boolean;
  /** What stays whatever uses it, with the reason. */
  readonly kept: ReadonlyMap<Node, string>;
  /** Command lines that are started beside those of the config. */
  readonly entries: readonly string[];
  /** What recorded runs used. */
  readonly recorded: ReadonlyMap<Node, RecordedNode>;
  /** Whether packages stay whole. */
  readonly grain: Grain;
  /** Packages that go whatever uses them. */
  readonly isRemoved: (each: SystemPackage) => boolean;
  /** Interrupts it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds what an image can come to use: goes on from what its config starts, into programs and libraries, for as long
 * as there is something new. What no package of the distribution owns is used.
 */
export const findReach = async (
  input: ReachInput,
): Promise<Reach | { readonly obstacle: string }> => {
  const { root, nodes, config, open, packages, isGone } = input;
  const [unread] = packages.unread;
  if (unread !== undefined) return { obstacle: `its package database cannot be read, ${unread}` };
  const reached = newReached(isGone);
  const { trace, takeSteps } = await openTrace({ root, config, open }, LIMITS, {
    onNeed: reached.add,
    isMeant: meantNeeds(packages),
  });
  const { record } = trace;
  startTrace(trace, input.entries);
  await takeSteps();
  callTools(trace);
  const obstacle = whyNotTold(trace);
  if (obstacle !== undefined) return { obstacle };

  const languages = LANGUAGES.map((each) =>
    languageFollower(each, { trace, nodes, packages, isGone }),
  );
  const idle = idleChoices(root, packages);
  const follower = packageFollower(packages, record, {
    isChosen: (own, other) => languages.some(({ chooses }) => chooses(own, other)),
    isOfModules: (one) => languages.some(({ isOfModules }) => isOfModules(one)),
    idle,
  });
  const families = familyRules(input.families, nodes, packages, trace, follower);
  families.always(reached.keep);
  for (const [node, reason] of input.kept) reached.keep(node, reason, 'used');
  adoptUnowned({ root, nodes, packages, isGone, trace, reached });

  const search = await librarySearch(root, config, {
    open,
    budget: newStepBudget(),
    others: () => libraryPath(trace),
  });
  const context = {
    trace,
    families,
    search,
    linked: new Map<Node, Node>(),
    isProgram: programNames(root, config),
    relations: packageRelations(packages),
    packages: follower,
    languages,
    libraries: librariesByBase(root, idle),
    codes: { next: 0 },
    starters: packageStarters(trace),
    callables: newCallables(),
  };
  await followPreloads(context);
  /** What can be told of variables and languages once all else was followed. */
  const nextOfRest = async (): Promise<ReachedFile | undefined> => {
    families.startNamed();
    await takeSteps();
    for (const each of languages) each.followRest();
    return reached.next();
  };
  const giveWay = givingWay(input.signal);
  const follow = async (): Promise<void> => {
    for (;;) {
      await giveWay();
      await takeSteps();
      await followCodes(context);
      await takeSteps();
      const next = reached.next() ?? (await nextOfRest());
      if (!next) return;
      await followFile(context, next);
    }
  };
  await follow();
  leaveMissing(context);
  context.callables.leaveOpen(record);
  const missed = await addRecorded(input.recorded, { trace, reached, follow });
  // What packages need that stay whole, they depend on: nothing of it is left open.
  const openEdges = record.open;
  const whole =
    input.grain === 'package'
      ? await keepWhole(packages, { isRemoved: input.isRemoved, reached, follow })
      : new Set<SystemPackage>();
  return {
    ...answersOf(record.edges, reached, context.linked),
    open: openEdges,
    missed,
    leftOut: [],
    whole,
    idleEntries: input.entries.filter((line) => !isTold(trace, line)),
  };
};

/** What is asked of a reach later: a function of its own, since what it returns keeps all variables around it, and the trace is large. */
const answersOf = (
  edges: EdgeStore,
  reached: Reached,
  linked: ReadonlyMap<Node, Node>,
): Pick<Reach, 'has' | 'isUsed' | 'roots' | 'chainTo' | 'costs' | 'linkedBy'> => {
  const { roots } = reached;
  const toNode = chainFinder(edges, [undefined, ...roots.keys()]);
  return {
    has: reached.has,
    isUsed: reached.isUsed,
    roots,
    // What is in a folder all of which is needed has no edge of its own.
    chainTo: (node) => {
      if (!reached.has(node) || roots.has(node)) return [];
      for (let at: Node | undefined = node; at; at = at.parent) {
        const chain = toNode(at);
        if (chain.length > 0 && (at === node || reached.isWhole(at))) return chain;
      }
      return [];
    },
    costs: useCosts(edges, {
      roots,
      has: reached.has,
      isLinked: (node) => linked.has(node),
    }),
    linkedBy: (node) => linked.get(node),
  };
};

/** Sources of applications with all their packages are read: some have 100,000 files. */
const LIMITS = { tasks: 400_000, bytes: 256 * 1024 * 1024 };
