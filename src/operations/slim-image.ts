import type { CheckedImage } from '../api/check.ts';
import type { BaseReport } from '../api/base-report.ts';
import type { SourceListing } from '../api/results.ts';
import type { FoundSecret } from '../api/found-secret.ts';
import type { ImageKnowledge } from '../artifact/image-knowledge.ts';
import { openImage, type ImageView, type RecordedTimes } from '../image/image-view.ts';
import type { Layer } from '../layer/layer.ts';
import type { Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { keptNodes } from '../plan/members.ts';
import { planComplement, planSlim, storedAs } from '../plan/plan-slim.ts';
import type { Plan } from '../plan/plan.ts';
import { judgeImage, type ImageJudgement } from '../rules/judge-image.ts';
import { narrow } from '../reach/narrow.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { findHiddenSecrets, startReader } from '../secrets/hidden-secrets.ts';
import type { Node } from '../tree/node.ts';
import type { Transformed } from '../transform/transform.ts';
import { checkWritten } from '../validate/check-written.ts';
import { openEarlyCarries, type EarlyCarries } from '../write/early-carries.ts';
import { writeComplement, type ComplementLayer } from '../write/write-complement.ts';
import { writeImage, type WrittenImage } from '../write/write-image.ts';
import { originalOf } from './complement-outcome.ts';
import { expectedCheck } from './expected-check.ts';
import { listSource } from './list-source.ts';
import { contentLayers, reportBase } from './plan-layers.ts';
import { estimateImage, type ImageEstimates } from './estimate-image.ts';
import type { KeptBlocks } from './kept-blocks.ts';
import { keptTars } from './kept-tars.ts';
import type { SlimRun } from './slim-run.ts';
import { tempNote } from './temp-note.ts';

type Facts = ImageJudgement['facts'];

/** One image before and after, with every decision on the way. */
export interface SlimmedImage {
  readonly image: Image;
  readonly layers: readonly Layer[];
  readonly names: ImageView['names'];
  readonly judgement: ImageJudgement;
  /** What level `lean` would decide; only in dry runs at `safe`, and where paths are explained. */
  readonly atLean: Verdicts | undefined;
  /** The layers that stay as they are. */
  readonly base: BaseReport | undefined;
  /** What the image uses, by the most that was found out about it. */
  readonly graph: Facts['graph'];
  readonly transformed: Transformed;
  readonly plan: Plan;
  /** Entries that keep a time after `timestamp`, each with the path of what needs it. */
  readonly recorded: RecordedTimes;
  readonly secrets: readonly FoundSecret[];
  readonly estimates: ImageEstimates;
  /** Absent in dry runs. */
  readonly written: WrittenImage | undefined;
  /** What makes the original of it; with the option `complement`. */
  readonly complement: Complement | undefined;
  /** How it would keep the budget; only in dry runs. */
  readonly expected?: CheckedImage | undefined;
  /** With the option `listFiles`. */
  readonly listing?: SourceListing | undefined;
}

/** What a new image lacks of its original. */
export interface Complement {
  /** Absent where it lacks nothing. */
  readonly layer: ComplementLayer | undefined;
  /** The image that has it; absent in dry runs. */
  readonly written?: WrittenImage | undefined;
}

/** The pipeline for one image: layers → tree → verdicts → plan → new image. */
export const slimImage = async (
  image: Image,
  run: SlimRun,
  blocks?: KeptBlocks,
): Promise<SlimmedImage> => {
  const { session, source, target, cache, plan } = run;
  const platform = formatPlatform(image.platform);
  session.onEvent({ type: 'stage', stage: 'read', platform });
  // A new layer made of all layers reads them all; otherwise most of them stay as they are.
  const spool = plan.squash === 'all' ? 'now' : 'when-read';
  const kept = cache ?? session.runLayers;
  const early = openEarlyCarries({ source, target, signal: session.signal });
  const base = run.options.dryRun ? 0 : (run.findBase?.(image)?.layers ?? 0);
  const onLayer = (layer: Layer, position: number): void => {
    if (position < base) early.start(layer);
  };
  const knowledge = run.shared?.openImage();
  let view: ImageView | undefined;
  try {
    view = await openImage(image, { ...session, source, cache: kept, knowledge, spool, onLayer });
    return await slimView(view, run, { platform, blocks, early, knowledge });
  } finally {
    await early.close();
    await view?.close();
    await knowledge?.close();
  }
};

const slimView = async (
  view: ImageView,
  run: SlimRun,
  options: WriteOptions,
): Promise<SlimmedImage> => {
  const decisions = await decide(view, run, options.platform);
  await view.verify();
  const decided = {
    ...decisions,
    estimates: await estimateImage(view, decisions, run),
    listing: run.options.listFiles ? await listSource(view, decisions, run.rules.level) : undefined,
  };
  if (run.options.dryRun) {
    const temp = tempNote(view.temp);
    if (temp !== undefined) run.session.addNote(temp);
    const expected = run.budget && (await expectedCheck(view, decided, run.budget));
    return { ...decided, written: undefined, expected };
  }
  const { refusal } = decided.judgement.inventory;
  if (refusal) throw refusal;
  const { knowledge } = options;
  knowledge?.decided(decided.plan.layers);
  const outcome = await write(decided, run, options);
  // The image beside the new one has its layers.
  const whole = outcome.complement?.written ?? outcome.written;
  if (knowledge) await run.shared?.keep(knowledge, whole?.layers ?? []);
  return { ...decided, ...outcome };
};

/** Everything that is decided before a byte is written. */
const decide = async (
  view: ImageView,
  run: SlimRun,
  platform: string,
): Promise<Omit<SlimmedImage, 'written' | 'estimates'>> => {
  const { session, options, rules, transformer, plan, findBase, previous } = run;
  const { onEvent, signal } = session;
  const { image, layers, names, open } = view;
  const config = image.config.value;
  onEvent({ type: 'stage', stage: 'judge', platform });
  const tree = view.tree();
  const secrets = await findHiddenSecrets(tree.hidden, {
    history: config.history,
    layers: names,
    readStart: startReader(layers),
  });
  const facts = await view.facts(rules.factQuery);
  const { root } = tree;
  const isMinimal = rules.level === 'minimal';
  const base = findBase?.(image);
  const fixed = base && !options.whiteouts ? base.layers : 0;
  const isFixed = (node: Node): boolean => node.layer < fixed;
  const judgement = await judgeImage(rules, {
    root,
    config,
    open,
    facts,
    isFixed,
    narrow: isMinimal
      ? (judged, before) =>
          narrow(judged, { root, config, open, facts, rules, before, isFixed, signal })
      : undefined,
    lists: isMinimal ? 'trimmed' : undefined,
  });
  const { verdicts, records } = judgement;
  // To compare levels takes reading many files, which layers that stay as they are would be spooled for.
  const compares =
    (options.dryRun === true && plan.squash === 'all') || (options.explain ?? []).length > 0;
  const lean = compares ? await judgeLean(view, rules) : undefined;
  const compressions = storedAs(layers, plan);
  const level = options.compressionLevel;
  const recorded = await timesToKeep(view, keptNodes(tree, verdicts), {
    facts: judgement.facts,
    timestamp: plan.timestamp,
  });
  const transformed = await transformer.transform({
    layers,
    tree,
    verdicts,
    base: base?.layers ?? 0,
    changed: records,
    storageOf: (layer) => ({ compression: compressions[layer] ?? 'gzip', level }),
    oneLayer: plan.squash === 'all',
    volumes: config.runtime.volumes,
    timestamp: plan.timestamp,
    recorded,
    onProgress: (done, total) => onEvent({ type: 'progress', stage: 'transform', done, total }),
    onStart: () => onEvent({ type: 'stage', stage: 'transform', platform }),
  });
  const replacements = new Map([...records, ...transformed.replacements]);
  const content =
    options.layers === undefined ? undefined : await contentLayers(view, options.layers, previous);
  const planned = planSlim(
    { layers, tree, verdicts, replacements, recorded, base: base?.layers, content },
    plan,
  );
  return {
    image,
    layers,
    names,
    judgement,
    atLean: lean?.verdicts,
    base: base && reportBase(view, base, rules.judge(root, config, facts).verdicts),
    graph: (lean ?? { facts }).facts.graph,
    transformed,
    plan: planned,
    recorded,
    secrets,
    complement: run.complement && {
      layer: planComplement(planned, layers, {
        ...plan,
        recorded: await timesToKeep(view, tree.nodes, { facts, timestamp: plan.timestamp }),
      }),
    },
  };
};

/** Entries whose times stay when later ones are set to a timestamp. */
const timesToKeep = async (
  view: ImageView,
  nodes: readonly Node[],
  { facts, timestamp }: { readonly facts: Facts; readonly timestamp: number | undefined },
): Promise<RecordedTimes> =>
  timestamp === undefined ? new Map() : view.recordedTimes(nodes, timestamp, facts);

/** What the next level would decide of the same image, and by which facts; `undefined` where there is none. */
const judgeLean = async (
  view: ImageView,
  rules: RuleBook,
): Promise<{ readonly verdicts: Verdicts; readonly facts: Facts } | undefined> => {
  if (rules.level !== 'safe') return undefined;
  const lean = rules.atLevel('lean');
  const facts = await view.facts(lean.factQuery);
  const { verdicts } = lean.judge(view.tree().root, view.image.config.value, facts);
  return { verdicts, facts };
};

interface WriteOptions {
  readonly platform: string;
  readonly blocks: KeptBlocks | undefined;
  /** Layers of the base, which are on their way already. */
  readonly early: EarlyCarries;
  readonly knowledge: ImageKnowledge | undefined;
}

const write = async (
  { image, layers, plan, complement }: Omit<SlimmedImage, 'written'>,
  run: SlimRun,
  { platform, blocks, early, knowledge }: WriteOptions,
): Promise<Pick<SlimmedImage, 'written' | 'complement'>> => {
  const { source, target, options } = run;
  const { codec, onEvent, signal } = run.session;
  // The buffers that reading left have other sizes than those that writing needs.
  codec.buffers.clear();
  onEvent({ type: 'stage', stage: 'write', platform });
  const writing = {
    source,
    target,
    codec,
    blockStore: knowledge
      ? (at: number) => knowledge.blocksOf(at, blocks?.storeFor(at))
      : blocks?.storeFor,
    watchSlices: (at: number) => knowledge?.recorderOf(at)?.onSlice,
    early,
    level: options.compressionLevel,
    timestamp: run.plan.timestamp,
    lazy: run.plan.lazy,
    signal,
    onProgress: (done: number, total: number) =>
      onEvent({ type: 'progress', stage: 'write', done, total }),
  };
  const { shared, recipe, cache } = run;
  const known = [shared?.layers, run.known].filter((each) => each !== undefined);
  // A layer of all files is looked for in no image of the target.
  const looksForTars = options.layers !== undefined || run.plan.squash === 'none';
  const ownTars = cache && looksForTars ? keptTars(cache) : undefined;
  const knownTars = shared ? shared.tars(ownTars) : ownTars;
  const written = await writeImage(image, plan, layers, { ...writing, known, knownTars, recipe });
  checkDocuments(written);
  if (!run.complement || !complement) return { written, complement };
  const whole = await writeComplement(originalOf(image, run.complement), complement.layer, {
    ...writing,
    known: shared?.layers ? [shared.layers] : [],
    knownTars: shared?.tars(undefined),
    recipe: run.complement.recipe,
    slim: written,
    layers,
  });
  checkDocuments(whole);
  return { written, complement: { ...complement, written: whole } };
};

const checkDocuments = (written: WrittenImage): void => {
  if (written.documents) checkWritten({ ...written, ...written.documents });
};
