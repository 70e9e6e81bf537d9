import type { HistoryStep } from '../oci/config.ts';
import { readStep } from './dockerfile/history-instruction.ts';
import type { Instruction } from './dockerfile/instruction.ts';
import { matchSteps, type Matches } from './dockerfile/match-steps.ts';
import { chainOf, type Dockerfile, type Stage } from './dockerfile/parse-dockerfile.ts';
import type { GivenDockerfile, Step } from './subject.ts';

/** The steps of a build, and the Dockerfile with the stage that fits them best. */
export interface BuildSteps {
  readonly steps: readonly Step[];
  readonly dockerfile: GivenDockerfile | undefined;
  /** Of its `RUN`, `COPY` and `ADD`: how many there are, and how many the history has. */
  readonly matched: number;
  readonly instructions: number;
}

/** Brings together what the history and the Dockerfile say of a build. `layers`: how many the image has. */
export const buildSteps = (
  history: readonly HistoryStep[],
  layers: number,
  file: Dockerfile | undefined,
): BuildSteps => {
  const numbered = numberLayers(history, layers);
  const found = file && bestStage(numbered, file);
  if (!file || !found || found.matches.size === 0) {
    const base = endOfBase(numbered);
    const steps = numbered.map((step, at) => ({ ...step, isBase: at < base }));
    return {
      steps,
      dockerfile: undefined,
      matched: 0,
      instructions: found ? counted(found.chain) : 0,
    };
  }
  const { stage, chain, matches } = found;
  return {
    steps: combine(numbered, chain, matches),
    dockerfile: { file, stage },
    instructions: counted(chain),
    matched: [...matches.values()].filter((at) => isCounted(chain[at] as Instruction)).length,
  };
};

type SeenStep = Omit<Step, 'isBase'>;

const numberLayers = (history: readonly HistoryStep[], layers: number): SeenStep[] => {
  const isComplete = history.filter(({ emptyLayer }) => !emptyLayer).length === layers;
  let next = 0;
  return history.map((step) => {
    const { created } = step.raw;
    return {
      instruction: readStep(step),
      layer: step.emptyLayer || !isComplete ? undefined : ++next,
      ...(typeof created === 'string' && { created }),
    };
  });
};

/** The last stage, unless the image was built from another one (`--target`). */
const bestStage = (steps: readonly SeenStep[], { stages }: Dockerfile) => {
  const seen = steps.map(({ instruction }) => instruction);
  const tried = stages.map((stage: Stage) => {
    const chain = chainOf(stage);
    const matches = matchSteps(seen, chain);
    return { stage, chain, matches, missing: chain.length - matches.size };
  });
  return tried.reduceRight<(typeof tried)[number] | undefined>(
    (best, each) =>
      !best || each.matches.size - each.missing > best.matches.size - best.missing ? each : best,
    undefined,
  );
};

const isCounted = ({ keyword }: Instruction): boolean => /^(RUN|COPY|ADD)$/.test(keyword);
const counted = (chain: readonly Instruction[]): number => chain.filter(isCounted).length;

/**
 * The order of the build: the base, then the instructions, each with the step it made. Steps that the Dockerfile
 * does not have keep their place between their neighbours.
 */
const combine = (
  steps: readonly SeenStep[],
  chain: readonly Instruction[],
  matches: Matches,
): Step[] => {
  const first = Math.min(...matches.keys());
  const combined: Step[] = steps.slice(0, first).map((step) => ({ ...step, isBase: true }));
  let next = 0;
  for (const [at, step] of steps.entries()) {
    if (at < first) continue;
    const match = matches.get(at);
    if (match === undefined) {
      combined.push({ ...step, isBase: false });
      continue;
    }
    while (next < match) combined.push(withoutStep(chain[next++] as Instruction));
    combined.push({ ...step, instruction: chain[next++] as Instruction, isBase: false });
  }
  while (next < chain.length) combined.push(withoutStep(chain[next++] as Instruction));
  return combined;
};

const withoutStep = (instruction: Instruction): Step => ({
  instruction,
  layer: undefined,
  isBase: false,
});

/**
 * Where the steps of the base end, as far as the history tells: a base ends with its `CMD` or `ENTRYPOINT`, after which
 * others follow. Without one, the first step that makes a layer is the base.
 */
const endOfBase = (steps: readonly SeenStep[]): number => {
  const isStart = (step: SeenStep): boolean => /^(CMD|ENTRYPOINT)$/.test(step.instruction.keyword);
  const lastLayer = steps.findLastIndex(({ layer }) => layer !== undefined);
  const start = steps.findLastIndex((step, at) => at < lastLayer && isStart(step));
  if (start >= 0) return start + 1;
  return steps.findIndex(({ layer }) => layer !== undefined) + 1;
};
