import { groupBy } from '../../base/group-by.ts';
import { argumentsOf } from '../dockerfile/instruction.ts';
import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import type { Change } from '../rewrite/change.ts';
import { commandsOf, type Command } from '../shell/commands.ts';
import {
  ownFiles,
  sizeOf,
  stepOfLayer,
  type Step,
  type StoredFile,
  type Subject,
} from '../subject.ts';

/** Files that are copied in, and stored a second time by a `RUN chown`. */
export const copyChown: Practice = {
  id: 'copy-chown',
  title: 'Set the owner with COPY --chown',
  source: 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
  find: (subject) => {
    const changed = ownFiles(subject).filter(
      ({ hidden }) => hidden?.how === 'metadata' && hidden.changes.includes('owner'),
    );
    return [...groupBy(changed, ({ hidden }) => hidden?.layer)].flatMap(([layer, files]) => {
      const step = layer === undefined ? undefined : stepOfLayer(subject, layer);
      return step ? findChown(step, files, subject) : [];
    });
  },
};

/** Of one `RUN chown`. */
const findChown = (step: Step, changed: readonly StoredFile[], subject: Subject): Finding[] => {
  const command = commandsOf(step.instruction).find(({ program }) => program === 'chown');
  const owner = command && ownerOf(command);
  const copies = subject.steps.filter(
    ({ instruction, layer, isBase }) =>
      !isBase &&
      /^(COPY|ADD)$/.test(instruction.keyword) &&
      changed.some((file) => file.layer === layer),
  );
  const files = changed.filter(({ layer }) => copies.some((copy) => copy.layer === layer));
  if (!command || owner === undefined || !isWorthwhile(sizeOf(files), subject)) return [];
  // What a RUN made has the same fate, and goes on being changed by the same chown.
  const isAll = changed.every((file) => files.includes(file));
  const changes = isAll ? editsOf(copies, owner, step) : [];
  return [
    {
      message: wordsOf(owner, isAll),
      files,
      step: copies[0],
      changes,
      ...(changes.length === 0 && {
        example: {
          file: 'Dockerfile',
          text: copies.map((copy) => exampleOf(copy, owner)).join('\n'),
        },
      }),
    },
  ];
};

const ownerOf = ({ words }: Command): string | undefined => {
  const owner = words.find(({ value }) => !value.startsWith('-'))?.value;
  return owner !== undefined && /^[\w.:-]+$/.test(owner) ? owner : undefined;
};

/** The copies get their owner, and a `RUN` that did nothing else goes. */
const editsOf = (copies: readonly Step[], owner: string, { instruction }: Step): Change[] => {
  const commands = commandsOf(instruction);
  const isOnlyChown = commands.length === 1;
  if (
    !isOnlyChown ||
    copies.some((copy) => copy.instruction.flags.some((flag) => flag.startsWith('--chown')))
  )
    return [];
  // A name must be known where it is used.
  if (!/^\d+(:\d+)?$/.test(owner)) return [];
  return [
    ...copies.map((copy): Change => ({
      kind: 'flag',
      instruction: copy.instruction,
      flag: `--chown=${owner}`,
    })),
    { kind: 'replace', instruction, text: '' },
  ];
};

const exampleOf = ({ instruction }: Step, owner: string): string =>
  [instruction.keyword, ...instruction.flags, `--chown=${owner}`, argumentsOf(instruction)].join(
    ' ',
  );

const wordsOf = (owner: string, isAll: boolean): string => {
  const what = `The files are stored once as root and once as ${owner}.`;
  const name = /^\d/.test(owner)
    ? ''
    : ` Create the user before the COPY: its name must be known there.`;
  return isAll
    ? `${what} COPY --chown=${owner} stores them once; the chown can go.${name}`
    : `${what} COPY --chown=${owner} stores them once.${name} Let the RUNs that add files there run as that user (USER before them), and the chown can go.`;
};
