import type { ImageAnalysis, LevelSavings } from '../api/analysis.ts';
import { LEVELS, type Level } from '../api/vocabulary.ts';
import { analyzeImage, type AnalyzedImage } from '../analysis/analyze-image.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Image } from '../oci/image.ts';
import type { Plan } from '../plan/plan.ts';
import { removalsOf } from '../plan/removals.ts';
import { loadRuleBook } from '../rules/load-rule-book.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { findHiddenSecrets, startReader } from '../secrets/hidden-secrets.ts';
import { withView, type ViewRun } from './with-view.ts';

/** An image with everything that can be told about where its bytes are. */
interface AnalyzedView extends AnalyzedImage {
  readonly analysis: ImageAnalysis;
  /** What each level decides, without options. */
  readonly verdicts: ReadonlyMap<Level, Verdicts>;
}

/** Reads an image and analyzes it. */
export const analyzeNow = (image: Image, run: ViewRun): Promise<ImageAnalysis> =>
  withView(image, run, async (view) => (await analyzeView(view)).analysis);

/** Analyzes an open image: all of its files are judged, and those that may be copies are read. */
const analyzeView = async (view: ImageView): Promise<AnalyzedView> => {
  const { image, layers, names, open } = view;
  const tree = view.tree();
  const secrets = await findHiddenSecrets(tree.hidden, {
    history: image.config.value.history,
    layers: names,
    readStart: startReader(layers),
  });
  const rules = await loadRuleBook({});
  const { packages: system } = await view.facts(rules.factQuery);
  const { analysis, packages } = await analyzeImage({ layers, names, tree, open, system });
  const verdicts = new Map<Level, Verdicts>();
  for (const level of LEVELS) verdicts.set(level, await judge(view, rules.atLevel(level)));
  const hidden = analysis.waste.total - analysis.waste.copies;
  const savings = [...verdicts].map(([level, each]) =>
    savingsOf(level, { tree, verdicts: each }, hidden),
  );
  return { analysis: { ...analysis, secrets, savings }, packages, verdicts };
};

const judge = async (view: ImageView, rules: RuleBook): Promise<Verdicts> => {
  const facts = await view.facts(rules.factQuery);
  return rules.judge(view.tree().root, view.image.config.value, facts).verdicts;
};

/** `hidden` are the bytes that squashing saves. */
const savingsOf = (
  level: Level,
  plan: Pick<Plan, 'tree' | 'verdicts'>,
  hidden: number,
): LevelSavings => {
  const { dropped } = removalsOf(plan, String);
  return {
    level,
    files: dropped.filter(({ type }) => type !== 'directory').length,
    bytes: dropped.reduce((total, { bytes }) => total + bytes, hidden),
  };
};
