import { groupBy } from '../../base/group-by.ts';
import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { canAppend } from '../rewrite/can-merge.ts';
import type { Change } from '../rewrite/change.ts';
import { runGroups } from '../run-groups.ts';
import { scriptOf } from '../shell/commands.ts';
import {
  ownFiles,
  sizeOf,
  stepOfLayer,
  type Step,
  type StoredFile,
  type Subject,
} from '../subject.ts';
import { isInKnownCache } from './cache-kinds.ts';

/** Files of one step that a later `RUN` deletes, replaces or changes, with other steps between them. */
export const deleteWhereMade: Practice = {
  id: 'delete-where-made',
  title: 'Delete and change files in the step that makes them',
  source: 'https://docs.docker.com/build/building/best-practices/#create-ephemeral-containers',
  find: (subject) => {
    const groups = runGroups(subject.steps);
    const groupOf = (layer: number): readonly Step[] | undefined =>
      groups.find((group) => group.some((step) => step.layer === layer));
    const hidden = ownFiles(subject).filter(
      ({ path, layer, hidden: by }) =>
        by &&
        by.layer > layer &&
        !isInKnownCache(path) &&
        !isChownOfCopy(subject, layer, by) &&
        (groupOf(layer) === undefined || groupOf(layer) !== groupOf(by.layer)),
    );
    const pairs = groupBy(hidden, ({ layer, hidden: by }) => `${layer}-${by?.layer}`);
    return [...pairs.values()].flatMap((files) => findPair(files, subject));
  },
};

/** `copy-chown` says what to do. */
const isChownOfCopy = (
  subject: Subject,
  layer: number,
  { how, changes }: NonNullable<StoredFile['hidden']>,
): boolean =>
  how === 'metadata' &&
  changes.includes('owner') &&
  /^(COPY|ADD)$/.test(stepOfLayer(subject, layer)?.instruction.keyword ?? '');

const findPair = (files: readonly StoredFile[], subject: Subject): Finding[] => {
  const [first] = files as [StoredFile];
  const maker = stepOfLayer(subject, first.layer);
  const hider = stepOfLayer(subject, first.hidden?.layer as number);
  if (!maker || !hider || !isWorthwhile(sizeOf(files), subject)) return [];
  const changes = moveUp(maker, hider, subject);
  return [
    {
      message: wordsOf(files, { maker, hider, isMoved: changes.length > 0 }),
      files,
      step: maker,
      changes,
    },
  ];
};

/** Programs that do nothing but change the files they are given. */
const FILE_PROGRAMS = new Set(['rm', 'rmdir', 'chmod', 'setcap', 'strip', 'truncate', 'unlink']);

/**
 * A `RUN` that only works on files of one earlier `RUN` goes to the end of that, where all its files are there
 * already. Nothing is moved over another stage, or where a file of another step would be missed.
 */
const moveUp = (maker: Step, hider: Step, subject: Subject): Change[] => {
  const { instruction } = hider;
  const script = scriptOf(instruction);
  if (!script || maker.instruction.keyword !== 'RUN' || !canAppend(maker.instruction)) return [];
  if (instruction.stage !== maker.instruction.stage) return [];
  const isSimple =
    script.tree.commands.length === 1 &&
    script.commands.length > 0 &&
    script.commands.every(({ program }) => FILE_PROGRAMS.has(program)) &&
    !/[|;$`<>*?]/.test(instruction.text.slice(instruction.argumentsAt)) &&
    script.commands.every(({ program, words }) =>
      words.every(
        ({ value }, at) =>
          value.startsWith('/') ||
          value.startsWith('-') ||
          (at === 0 && /^(setcap|chmod)$/.test(program)),
      ),
    );
  if (!isSimple) return [];
  const paths = script.commands.flatMap(({ words }) =>
    words.map(({ value }) => value).filter((value) => value.startsWith('/')),
  );
  const between = subject.files.filter(
    ({ layer, path }) =>
      layer > (maker.layer as number) &&
      layer < (hider.layer as number) &&
      paths.some((each) => path === each || path.startsWith(`${each.replace(/\/$/, '')}/`)),
  );
  if (between.length > 0) return [];
  const command = instruction.text.slice(instruction.argumentsAt).trimEnd();
  return [
    { kind: 'append', instruction: maker.instruction, command },
    { kind: 'replace', instruction, text: '' },
  ];
};

interface Pair {
  readonly maker: Step;
  readonly hider: Step;
  readonly isMoved: boolean;
}

const wordsOf = (files: readonly StoredFile[], { maker, hider, isMoved }: Pair): string => {
  const [{ hidden } = { hidden: undefined }] = files;
  const verb = {
    deleted: 'deleted',
    overwritten: 'replaced',
    metadata: 'stored again with other metadata',
  }[hidden?.how ?? 'deleted'];
  const where = whereOf(hider);
  const what = `What this step stores is ${verb} by ${where}, and stays in the image all the same.`;
  if (isMoved)
    return `${what} If nothing between them needs it as it is, do that at the end of this RUN.`;
  if (hidden?.how === 'metadata')
    return `${what} Let this step make them as they shall be: change them in the same RUN, or run it as their owner (USER before it).`;
  if (/^(COPY|ADD)$/.test(maker.instruction.keyword))
    return `${what} If the build does not need these files, list them in .dockerignore; if it does, build in a stage of its own and copy the result with COPY --from.`;
  return `${what} Make, use and delete it in one RUN, or build in a stage of its own and copy the result with COPY --from.`;
};

const whereOf = ({ instruction: { line, text }, layer }: Step): string => {
  if (line !== undefined) return `line ${line}`;
  const short = text.replaceAll(/\s+/g, ' ');
  return `layer ${layer} (${short.length > 50 ? `${short.slice(0, 49)}…` : short})`;
};
