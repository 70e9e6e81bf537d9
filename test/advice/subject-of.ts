import { buildSteps } from '../../src/advice/build-steps.ts';
import { joinedArguments } from '../../src/advice/dockerfile/instruction.ts';
import {
  chainOf,
  parseDockerfile,
  type Stage,
} from '../../src/advice/dockerfile/parse-dockerfile.ts';
import type { HiddenBy, StoredFile, Subject } from '../../src/advice/subject.ts';

/** A base of one layer, and a Dockerfile whose RUN, COPY and ADD make one layer each. */
const historyOf = (stage: Stage) => [
  { createdBy: 'ADD rootfs.tar / # buildkit', emptyLayer: false, raw: {} },
  { createdBy: 'CMD ["sh"]', emptyLayer: true, raw: {} },
  ...chainOf(stage).map((instruction) => {
    const { keyword } = instruction;
    const isRun = keyword === 'RUN';
    // BuildKit hands a here-document to the shell as it is.
    const words = instruction.hasHereDocument
      ? instruction.text.split('\n').slice(1, -1).join('\n')
      : joinedArguments(instruction);
    return {
      createdBy: isRun ? `RUN /bin/sh -c ${words} # buildkit` : `${keyword} ${words}`,
      emptyLayer: !isRun && keyword !== 'COPY' && keyword !== 'ADD',
      raw: {},
    };
  }),
];

/**
 * A subject from the parts of a case. A line of `files` is `LINE SIZE PATH`, where the line is that of the step that
 * stores the file, or `base`; `used`, `dev` and `@package` say what it is, and `deleted LINE`, `overwritten LINE` or `owner LINE` follow where a later step hides it.
 */
export const subjectOf = (text: string, files: string): Subject => {
  const file = parseDockerfile(text, 'Dockerfile');
  const history = historyOf(file.stages.at(-1) as Stage);
  const layers = history.filter(({ emptyLayer }) => !emptyLayer).length;
  const { steps, dockerfile } = buildSteps(history, layers, file);
  const layerOf = (line: string): number => {
    if (line === 'base') return 1;
    const step = steps.find(({ instruction }) => instruction.line === Number(line));
    if (step?.layer === undefined) throw new Error(`no layer is made in line ${line}`);
    return step.layer;
  };
  const [facts, lines] = split(files);
  const stored = lines.map((line): StoredFile => {
    const [from = '', size = '', path = '', ...words] = line.split(/\s+/);
    const [how, by = ''] = words.slice(words.findIndex((word) => HOW.has(word)));
    const owner = words.find((word) => word.startsWith('@'));
    return {
      path,
      names: [path],
      size: bytesOf(size),
      layer: layerOf(from),
      ...(words.includes('used') && { isUsed: true }),
      ...(words.includes('dev') && { isDevDependency: true }),
      ...(owner !== undefined && { package: owner.slice(1) }),
      ...(how !== undefined && HOW.has(how) && { hidden: hiddenBy(how, layerOf(by)) }),
    };
  });
  const of = (kind: string): string[][] =>
    facts.filter(([name]) => name === kind).map(([, ...words]) => words);
  const [program] = of('program');
  return {
    steps: steps.map((step) => {
      const created = of('created').find(([which]) => which === (step.isBase ? 'base' : 'own'));
      return created ? { ...step, created: created[1] } : step;
    }),
    dockerfile,
    files: stored,
    packages: of('deb').map(([name = '', ...words]) => ({
      type: 'deb',
      name,
      isUsed: words.includes('used'),
      isAskedFor: words.includes('asked'),
      isForRuntime: !words.includes('build'),
      isRecommendedOnly: words.includes('recommended'),
    })),
    languagePackages: new Map(
      of('package').map(([type, name, version]) => [`${type} ${name}`, version as string]),
    ),
    program: program && {
      path: program[0] as string,
      layer: layerOf(program[1] as string),
      language: (['go', 'rust'] as const).find((each) => program.includes(each)),
      libraries: program.slice(2).filter((word) => word.includes('.so')),
      isAlone: !program.includes('with-others'),
    },
    binaries: of('binary').map(([path = '', line = '', size = '']) => ({
      path,
      layer: layerOf(line),
      debugBytes: bytesOf(size),
    })),
    builtFolders: of('built').flat(),
    base: { digest: of('digest')[0]?.[0] },
    isForBuilding: of('building').length > 0,
  };
};

/** Lines that begin with `!` are facts about the image, the others are files. */
const split = (text: string): [string[][], string[]] => {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const facts = lines.filter((line) => line.startsWith('!'));
  return [
    facts.map((line) => line.slice(1).trim().split(/\s+/)),
    lines.filter((line) => !line.startsWith('!')),
  ];
};

const HOW = new Set(['deleted', 'overwritten', 'owner', 'mode']);

const hiddenBy = (how: string, layer: number): HiddenBy =>
  how === 'owner' || how === 'mode'
    ? { how: 'metadata', layer, changes: [how] }
    : { how: how as 'deleted' | 'overwritten', layer, changes: [] };

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6 };

const bytesOf = (size: string): number => {
  const [, count, unit] = /^([\d.]+)(B|kB|MB)$/.exec(size) ?? [];
  if (count === undefined) throw new Error(`no size: ${size}`);
  return Number(count) * (UNITS[unit as string] as number);
};
