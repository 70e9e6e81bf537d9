import type { Finding, Practice } from '../practice.ts';
import { insertAfter, type Change } from '../rewrite/change.ts';
import {
  commandsOf,
  hasOption,
  operandsOf,
  verbOf,
  type Command,
  type ShellWord,
} from '../shell/commands.ts';
import { ownSteps, type Step, type Subject } from '../subject.ts';

/** Packages of pip, npm and gem that are installed by name alone: the version in the image is the one to write down. */
export const pinPackages: Practice = {
  id: 'pin-packages',
  title: 'Name the versions of packages',
  source: 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
  find: (subject): Finding[] => {
    const found = ownSteps(subject)
      .map((step) => ({
        step,
        changes: commandsOf(step.instruction).flatMap((command) => pins(step, command, subject)),
      }))
      .filter(({ changes }) => changes.length > 0);
    const [first] = found;
    if (!first) return [];
    return [
      {
        message:
          'Without a version, the next build may install another one. These are the versions in this image; scanners and update bots can follow them.',
        files: [],
        step: first.step,
        changes: found.flatMap(({ changes }) => changes),
      },
    ];
  },
};

const pins = ({ instruction }: Step, command: Command, { languagePackages }: Subject): Change[] => {
  const call = callOf(command);
  if (!call) return [];
  const [type, separator, words] = call;
  return words.flatMap(({ value, end }): Change[] => {
    if (!/^(@[\w.-]+\/)?[A-Za-z][\w.-]*$/.test(value)) return [];
    const version = languagePackages.get(`${type} ${normal(type, value)}`);
    return version === undefined
      ? []
      : [insertAfter(instruction, { end }, `${separator}${version}`)];
  });
};

/** The type of the packages, what stands before a version, and the names. */
const callOf = (command: Command): readonly [string, string, readonly ShellWord[]] | undefined => {
  const verb = verbOf(command)?.value;
  const { program } = command;
  if (/^pip[\d.]*$/.test(program) && verb === 'install' && !hasOption(command, ...PIP_VALUES))
    return ['python', '==', operandsOf(command)];
  if (
    program === 'npm' &&
    /^(install|i|add)$/.test(verb ?? '') &&
    hasOption(command, '-g', '--global')
  )
    return ['npm', '@', operandsOf(command)];
  return undefined;
};

/** Options whose value would look like a package. */
const PIP_VALUES = [
  '-r',
  '--requirement',
  '-c',
  '--constraint',
  '-t',
  '--target',
  '-i',
  '--index-url',
  '-f',
  '--prefix',
  '--root',
  '-e',
  '--editable',
];

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
const normal = (type: string, name: string): string =>
  type === 'python' ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name;

export const languagePackageKey = (type: string, name: string): string =>
  `${type} ${normal(type, name)}`;
