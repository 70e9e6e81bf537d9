import type { ImageAnalysis, LevelSavings } from '../api/analysis.ts';
import type { FileList } from '../api/file-list.ts';
import type { MinimalFindings } from '../api/use.ts';
import { RULE_LEVELS, type Level, type RuleLevel } from '../api/vocabulary.ts';
import { analyzeImage, type AnalyzedImage } from '../analysis/analyze-image.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Image } from '../oci/image.ts';
import type { Plan } from '../plan/plan.ts';
import { removalsOf } from '../plan/removals.ts';
import { listJudged } from '../report/list-judged.ts';
import { reportMinimal } from '../report/use-report.ts';
import type { HeldRule } from '../rules/held-back.ts';
import { loadRuleBook } from '../rules/load-rule-book.ts';
import type { Judgement, RuleBook } from '../rules/rule-book.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { findHiddenSecrets, startReader } from '../secrets/hidden-secrets.ts';
import { judgeMinimal } from './judge-minimal.ts';
import { withView, type ViewRun } from './with-view.ts';

/** An image with everything that can be told about where its bytes are. */
export interface AnalyzedView extends AnalyzedImage {
  readonly analysis: ImageAnalysis;
  /** What each level decides, without options. */
  readonly verdicts: ReadonlyMap<RuleLevel, Verdicts>;
  /** Rules that do not act at a level since the image uses what they take. */
  readonly heldBack: ReadonlyMap<RuleLevel, readonly HeldRule[]>;
  /** What the rules of the highest level ask about. */
  readonly facts: Awaited<ReturnType<ImageView['facts']>>;
}

/** Reads an image and analyzes it; `look` sees it while it is open. */
export const analyzeNow = <Seen = undefined>(
  image: Image,
  run: ViewRun,
  look: (view: ImageView) => Promise<Seen> = async () => undefined as Seen,
): Promise<{ readonly analysis: ImageAnalysis; readonly seen: Seen }> =>
  withView(image, run, async (view) => {
    const seen = await look(view);
    const { analysis } = await analyzeView(view);
    return { analysis, seen };
  });

/** An analysis and the files that it is about. */
export interface AnalyzedFiles {
  readonly analysis: ImageAnalysis;
  readonly files: FileList;
  readonly minimal: MinimalFindings;
}

/** Reads an image, analyzes it and lists its files, with what every level decides of them. */
export const analyzeFiles = (image: Image, run: ViewRun): Promise<AnalyzedFiles> =>
  withView(image, run, async (view) => {
    const analyzed = await analyzeView(view);
    const { analysis } = analyzed;
    const { graph } = analyzed.facts;
    const tree = view.tree();
    const rules = await loadRuleBook({ level: 'minimal' });
    const judgement = await judgeMinimal(view, rules, run.session.signal);
    const { verdicts, reach } = judgement;
    const savings = savingsOf('minimal', { tree, verdicts }, hiddenBytes(analysis));
    const levels = new Map<Level, Verdicts>([...analyzed.verdicts, ['minimal', verdicts]]);
    return {
      analysis: { ...analysis, savings: [...analysis.savings, savings] },
      files: listJudged({ ...analyzed, graph, tree, verdicts: levels, reach }),
      minimal: reportMinimal(judgement),
    };
  });

/** Analyzes an open image: all of its files are judged, and those that may be copies are read. */
export const analyzeView = async (view: ImageView): Promise<AnalyzedView> => {
  const { image, layers, names, open } = view;
  const tree = view.tree();
  const secrets = await findHiddenSecrets(tree.hidden, {
    history: image.config.value.history,
    layers: names,
    readStart: startReader(layers),
  });
  const rules = await loadRuleBook({});
  const known = await view.facts(rules.factQuery);
  const { analysis, packages } = await analyzeImage({
    layers,
    names,
    tree,
    open,
    system: known.packages,
  });
  const verdicts = new Map<RuleLevel, Verdicts>();
  const heldBack = new Map<RuleLevel, readonly HeldRule[]>();
  let facts = known;
  for (const level of RULE_LEVELS) {
    const judged = await judge(view, rules.atLevel(level));
    verdicts.set(level, judged.verdicts);
    heldBack.set(level, judged.heldBack);
    facts = judged.facts;
  }
  const hidden = hiddenBytes(analysis);
  const savings = [...verdicts].map(([level, each]) =>
    savingsOf(level, { tree, verdicts: each }, hidden),
  );
  return {
    analysis: { ...analysis, secrets, savings },
    packages,
    verdicts,
    heldBack,
    facts,
  };
};

const judge = async (
  view: ImageView,
  rules: RuleBook,
): Promise<Pick<AnalyzedView, 'facts'> & Pick<Judgement, 'verdicts' | 'heldBack'>> => {
  const facts = await view.facts(rules.factQuery);
  const { verdicts, heldBack } = rules.judge(view.tree().root, view.image.config.value, facts);
  return { verdicts, heldBack, facts };
};

/** The bytes that squashing saves. */
const hiddenBytes = ({ waste }: Pick<ImageAnalysis, 'waste'>): number => waste.total - waste.copies;

/** `hidden` are the bytes that squashing saves. */
const savingsOf = (
  level: Level,
  plan: Pick<Plan, 'tree' | 'verdicts'>,
  hidden: number,
): LevelSavings => {
  const { dropped } = removalsOf({ ...plan, base: 0 }, String);
  return {
    level,
    files: dropped.filter(({ type }) => type !== 'directory').length,
    bytes: dropped.reduce((total, { bytes }) => total + bytes, hidden),
  };
};
