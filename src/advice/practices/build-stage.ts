import { isForBuilds, isToolchain } from '../build-packages.ts';
import { isHarmless } from '../dockerfile/instruction.ts';
import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { commandsOf, operandsOf } from '../shell/commands.ts';
import {
  ownFiles,
  ownSteps,
  sizeOf,
  stepOfLayer,
  type SeenPackage,
  type Step,
  type StoredFile,
  type Subject,
} from '../subject.ts';

/**
 * Compilers, headers and package managers that were installed to build the application, with all that came with them, and
 * that nothing uses which the image starts. A base that brings them along is another practice.
 */
export const buildStage: Practice = {
  id: 'build-stage',
  title: 'Build in a stage of its own',
  source: 'https://docs.docker.com/build/building/multi-stage/',
  find: (subject) => {
    if (subject.isForBuilding) return [];
    const unused = subject.packages.filter((each) => !each.isForRuntime && !each.isUsed);
    if (!unused.some(({ name }) => isForBuilds(name))) return [];
    const names = new Set(unused.map(({ name }) => name));
    const files = ownFiles(subject).filter(
      (file) => file.package !== undefined && names.has(file.package),
    );
    const largest = files.toSorted((a, b) => b.size - a.size)[0];
    const step = largest && stepOfLayer(subject, largest.layer);
    if (!step || !isWorthwhile(sizeOf(files), subject)) return [];
    return [describe({ files, step, subject, unused })];
  },
};

interface Found {
  readonly files: readonly StoredFile[];
  readonly step: Step;
  readonly subject: Subject;
  readonly unused: readonly SeenPackage[];
}

const describe = ({ files, step, subject, unused }: Found): Finding => {
  const here = new Set(files.map((file) => file.package));
  const present = unused.filter(({ name }) => here.has(name));
  const named = present.filter(({ name }) => isForBuilds(name)).sort(askedFirst);
  const some = named
    .slice(0, NAMED)
    .map(({ name }) => name)
    .join(', ');
  const rest = present.length - Math.min(named.length, NAMED);
  const more = rest > 0 ? ` and ${rest} more packages with them` : '';
  return {
    message:
      `${some}${more} are for building: nothing that the image starts is known to use them. Build in a stage that is ` +
      `not kept, and copy what the application needs. These stages are a start: try whether all that the application ` +
      `reads is there.`,
    files,
    step,
    changes: [],
    example: { file: 'Dockerfile', text: stagesOf(subject) },
  };
};

const NAMED = 4;

const askedFirst = (a: SeenPackage, b: SeenPackage): number =>
  Number(b.isAskedFor) - Number(a.isAskedFor) ||
  Number(isToolchain(b.name)) - Number(isToolchain(a.name)) ||
  (a.name < b.name ? -1 : 1);

/** The stage that builds, and one with what the application needs: packages, what was built, users and settings. */
const stagesOf = (subject: Subject): string => {
  const { dockerfile, packages, builtFolders } = subject;
  const image = dockerfile?.stage.writtenImage ?? 'BASE';
  const first = ownSteps(subject)[0]?.instruction.line;
  const installed = packages
    .filter((each) => each.isAskedFor && (each.isUsed || !isForBuilds(each.name)))
    .map(({ name }) => name);
  const steps = ownSteps(subject).map(({ instruction }) => instruction);
  const kept = steps.filter((each) => isHarmless(each) || SETTINGS.test(each.keyword));
  return [
    `FROM ${image} AS build`,
    first === undefined ? '# the steps as they are' : `# lines ${first} and following, as they are`,
    '',
    `FROM ${image}`,
    ...(installed.length > 0 ? installLines(packages, installed) : []),
    ...ownSteps(subject)
      .filter(makesUsers)
      .map(({ instruction }) => instruction.text),
    ...builtFolders.map((folder) => copyLine(folder, subject)),
    ...ownSteps(subject)
      .filter(setsUp)
      .map(({ instruction }) => instruction.text),
    ...otherOwned(subject),
    ...kept.map(({ text }) => text),
  ].join('\n');
};

const SETTINGS = /^(ENV|WORKDIR|USER|VOLUME|SHELL)$/;

const installLines = (packages: Subject['packages'], names: readonly string[]): string[] => {
  const list = names.join(' ');
  if (packages.some(({ type }) => type === 'apk')) return [`RUN apk add --no-cache ${list}`];
  if (packages.some(({ type }) => type === 'rpm'))
    return [`RUN dnf install -y ${list} && dnf clean all`];
  return [
    'RUN apt-get update \\',
    `    && apt-get install -y --no-install-recommends ${list} \\`,
    '    && rm -rf /var/lib/apt/lists/*',
  ];
};

/** With the owner that a `RUN chown` gave the folder: a copy belongs to root. */
const copyLine = (folder: string, subject: Subject): string => {
  const chown = ownSteps(subject)
    .flatMap(({ instruction }) => commandsOf(instruction))
    .find(
      (command) =>
        command.program === 'chown' &&
        operandsOf(command).some(({ value }) => value === folder || folder.startsWith(`${value}/`)),
    );
  const owner = chown?.words.find(({ value }) => !value.startsWith('-'))?.value;
  return [
    'COPY --from=build',
    ...(owner === undefined ? [] : [`--chown=${owner}`]),
    folder,
    folder,
  ].join(' ');
};

/** Folders that were given to the user and that no stage fills: data of the application. */
const otherOwned = (subject: Subject): string[] =>
  ownSteps(subject)
    .flatMap(({ instruction }) => commandsOf(instruction))
    .filter(({ program }) => program === 'chown')
    .flatMap((command) => {
      const [owner, ...folders] = command.words.filter(({ value }) => !value.startsWith('-'));
      return folders
        .map(({ value }) => value)
        .filter(
          (folder) => folder.startsWith('/') && !/[$*?]/.test(folder) && !isCopied(folder, subject),
        )
        .map((folder) => `RUN mkdir -p ${folder} && chown ${owner?.value} ${folder}`);
    });

const isCopied = (folder: string, { builtFolders }: Subject): boolean =>
  builtFolders.some(
    (each) => each === folder || each.startsWith(`${folder}/`) || folder.startsWith(`${each}/`),
  );

const runsOnly = ({ instruction }: Step, programs: ReadonlySet<string>): boolean => {
  const commands = commandsOf(instruction);
  return commands.length > 0 && commands.every(({ program }) => programs.has(program));
};

const makesUsers = (step: Step): boolean => runsOnly(step, USERS);
const USERS = new Set('useradd adduser groupadd addgroup'.split(' '));

const setsUp = (step: Step): boolean => runsOnly(step, SET_UP);
const SET_UP = new Set('mkdir chmod setcap echo locale-gen ldconfig'.split(' '));
