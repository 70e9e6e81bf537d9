import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { canAppend } from '../rewrite/can-merge.ts';
import { insertAfter, type Change } from '../rewrite/change.ts';
import { commandsOf, hasOption, verbOf } from '../shell/commands.ts';
import {
  ownFiles,
  ownSteps,
  sizeOf,
  type Step,
  type StoredFile,
  type Subject,
} from '../subject.ts';
import { CACHE_KINDS, type CacheKind } from './cache-kinds.ts';

/** One practice for each kind of cache. */
export const cleanCaches: readonly Practice[] = CACHE_KINDS.map((kind) => ({
  id: kind.id,
  title: kind.title,
  source: kind.source,
  find: (subject) => findCache(kind, subject),
}));

const findCache = (kind: CacheKind, subject: Subject): Finding[] => {
  // A file that has a name outside of the cache, too, stays with that.
  const files = ownFiles(subject).filter(({ names }) =>
    names.every((name) => kind.files.test(name)),
  );
  if (!isWorthwhile(sizeOf(files), subject)) return [];
  const filling = ownSteps(subject).filter(({ instruction }) =>
    commandsOf(instruction).some(kind.isFilledBy),
  );
  // npm leaves a log wherever it runs.
  const leaving = filling.filter(({ layer }) =>
    isWorthwhile(sizeOf(files.filter((file) => file.layer === layer)), subject),
  );
  const [step] = leaving;
  const changes = changesFor(kind, { filling, leaving, files });
  if (!step || changes.length === 0)
    return [
      { message: unknownWords(kind, files), files, step: stepOf(subject, files), changes: [] },
    ];
  return [{ message: wordsOf(kind, leaving.length), files, step, changes }];
};

interface Found {
  readonly filling: readonly Step[];
  readonly leaving: readonly Step[];
  readonly files: readonly StoredFile[];
}

const changesFor = (kind: CacheKind, { filling, leaving, files }: Found): Change[] => {
  const { option, clean } = kind;
  if (option !== undefined) return leaving.flatMap((step) => withOption(kind, option, step));
  if (clean !== undefined)
    return leaving.flatMap(({ instruction }): Change[] =>
      canAppend(instruction)
        ? [{ kind: 'append', instruction, command: cleanWith(clean, instruction) }]
        : [],
    );
  // What one command downloads the next ones find in the same mount.
  const flags = mountsOf(files).map((folder) => `--mount=type=cache,target=${folder}`);
  return filling.flatMap(({ instruction }) =>
    flags.map((flag): Change => ({ kind: 'flag', instruction, flag })),
  );
};

/** `yum clean all` where the Dockerfile calls yum. */
const cleanWith = (clean: string, instruction: Step['instruction']): string => {
  const program = commandsOf(instruction).find(({ program: name }) =>
    /^(yum|microdnf|mamba|micromamba)$/.test(name),
  );
  return program ? clean.replace(/^(dnf|conda)\b/, program.program) : clean;
};

const withOption = ({ isFilledBy }: CacheKind, option: string, { instruction }: Step): Change[] =>
  commandsOf(instruction)
    .filter((command) => isFilledBy(command) && !hasOption(command, option))
    .flatMap((command): Change[] => {
      const verb = command.words.find(({ value }) =>
        /^(add|install|wheel|download|upgrade|fetch)$/.test(value),
      );
      if (verb) return [insertAfter(instruction, verb, ` ${option}`)];
      return verbOf(command)?.value === 'update' ? dropUpdate(instruction, command) : [];
    });

/** `apk add --no-cache` fetches the index itself: `apk update &&` before it only leaves a copy. */
const dropUpdate = (
  instruction: Step['instruction'],
  { at, end }: { readonly at: number; readonly end: number },
): Change[] => {
  const between = /^\s*(?:\\\n\s*)?&&\s*(?:\\\n\s*)?/.exec(instruction.text.slice(end));
  return between
    ? [{ kind: 'splice', instruction, at, end: end + between[0].length, text: '' }]
    : [];
};

/** The folders of tools that the files lie in, outermost ones. */
const mountsOf = (files: readonly StoredFile[]): string[] => {
  const folders = files.map(
    ({ path }) =>
      /^.*?\/(?:\.cache\/[^/]+|go\/pkg\/mod|(?:\.cargo|cargo)\/(?:registry|git)|\.m2|\.gradle)(?=\/)/.exec(
        path,
      )?.[0],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
};

const stepOf = ({ steps }: Subject, files: readonly StoredFile[]): Step | undefined => {
  const largest = files.reduce((a, b) => (b.size > a.size ? b : a));
  return steps.find(({ layer }) => layer === largest.layer);
};

const wordsOf = ({ option, clean, mount }: CacheKind, steps: number): string => {
  const where = steps === 1 ? 'This RUN leaves' : `${steps} RUNs leave`;
  const mounted =
    mount === undefined
      ? ''
      : ` With BuildKit, RUN --mount=type=cache,target=${mount} keeps it for the next build.`;
  if (option !== undefined)
    return `${where} the downloaded files in the image. ${option} does not keep them.${mounted}`;
  if (clean !== undefined)
    return `${where} the downloaded files in the image. A later RUN cannot take them out of the layer.${mounted}`;
  return `${where} what the tool downloaded and compiled in the image. A cache mount keeps it for the next build instead.`;
};

const unknownWords = ({ clean, option }: CacheKind, files: readonly StoredFile[]): string => {
  const [{ path } = { path: '' }] = files;
  const how = clean === undefined ? (option ?? 'a cache mount') : `"${clean}"`;
  return `The cache in ${path.slice(0, path.lastIndexOf('/'))} is in the image, and no command of this step is known to fill it: use ${how} in the RUN that does.`;
};
