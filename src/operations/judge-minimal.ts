import type { ImageView } from '../image/image-view.ts';
import { narrow } from '../reach/narrow.ts';
import { judgeNodes } from '../rules/judge-image.ts';
import type { Judgement, RuleBook } from '../rules/rule-book.ts';

/** A judgement at level `minimal`, with what it is based on. */
export interface MinimalJudgement extends Judgement {
  readonly facts: Awaited<ReturnType<ImageView['facts']>>;
}

/** What level `minimal` decides of an open image, all of whose layers may change. Nothing of it is written. */
export const judgeMinimal = async (
  view: ImageView,
  rules: RuleBook,
  signal: AbortSignal | undefined,
): Promise<MinimalJudgement> => {
  const { open } = view;
  const { root } = view.tree();
  const config = view.image.config.value;
  const facts = await view.facts(rules.factQuery);
  const image = { root, config, open, facts };
  const isFixed = (): boolean => false;
  const { judgement } = await judgeNodes(rules, {
    ...image,
    narrow: (judged, before) => narrow(judged, { ...image, rules, before, isFixed, signal }),
  });
  return { ...judgement, facts };
};
