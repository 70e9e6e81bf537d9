import { groupBy } from '../../base/group-by.ts';
import { argumentsOf, joinedArguments } from '../dockerfile/instruction.ts';
import { isWorthwhile, type Practice } from '../practice.ts';
import { commandsOf, verbOf } from '../shell/commands.ts';
import {
  ownFiles,
  ownSteps,
  sizeOf,
  type Step,
  type StoredFile,
  type Subject,
} from '../subject.ts';

/** What a `COPY` of a whole folder brings along and an image has no use for. */
export const dockerignore: Practice = {
  id: 'dockerignore',
  title: 'List in .dockerignore what does not belong into the image',
  source: 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
  find: (subject) => {
    const found = ownSteps(subject)
      .filter(copiesFolder)
      .flatMap((step) => strayFiles(step, subject));
    const files = found.map(({ file }) => file);
    const [first] = found;
    const hasSecrets = found.some(({ kind }) => kind.isSecret);
    if (!first || (!isWorthwhile(sizeOf(files), subject) && !hasSecrets)) return [];
    const kinds = [...groupBy(found, ({ kind }) => kind)].sort(
      (a, b) => sizeOf(b[1].map(({ file }) => file)) - sizeOf(a[1].map(({ file }) => file)),
    );
    const names = kinds.map(([{ words }]) => words).join(', ');
    const secret = hasSecrets
      ? ' Values in .env are readable for everybody who has the image: pass them when it starts.'
      : '';
    return [
      {
        message: `COPY takes in ${names}, which nothing in the image uses.${secret}`,
        files,
        step: first.step,
        changes: [],
        example: { file: '.dockerignore', text: kinds.map(([{ pattern }]) => pattern).join('\n') },
      },
    ];
  },
};

interface Kind {
  readonly words: string;
  readonly pattern: string;
  readonly path: RegExp;
  readonly isSecret?: boolean;
  /** Commands that use it in the build: then it must be there. */
  readonly usedBy?: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    words: 'the history of Git',
    pattern: '**/.git',
    path: /\/\.git\/./,
    usedBy: /^(git|setuptools_scm|make|goreleaser)$/,
  },
  { words: 'node_modules of the host', pattern: '**/node_modules', path: /\/node_modules\/./ },
  { words: 'settings with secrets (.env)', pattern: '**/.env', path: /\/\.env$/, isSecret: true },
  { words: 'virtual environments of Python', pattern: '**/.venv', path: /\/\.venv\/./ },
  {
    words: 'caches of Python',
    pattern: '**/__pycache__',
    path: /\/(__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache)\/./,
  },
  {
    words: 'reports of coverage',
    pattern: '**/coverage',
    path: /\/(coverage|\.nyc_output|htmlcov)\/./,
  },
  { words: 'settings of editors', pattern: '**/.idea\n**/.vscode', path: /\/\.(idea|vscode)\/./ },
  {
    words: 'tests',
    pattern: '**/test\n**/tests\n**/__tests__',
    path: /\/(test|tests|__tests__|spec)\/./,
    usedBy:
      /^(npm|yarn|pnpm|npx|jest|vitest|mocha|pytest|tox|python[\d.]*|make|rake|rspec|mvnw?|gradlew?|cargo|go)$/,
  },
];

/** A `COPY` of a folder of the build context. */
const copiesFolder = ({ instruction }: Step): boolean => {
  if (!/^(COPY|ADD)$/.test(instruction.keyword)) return false;
  if (instruction.hasHereDocument || instruction.flags.some((flag) => flag.startsWith('--from')))
    return false;
  return (
    !argumentsOf(instruction).startsWith('[') && joinedArguments(instruction).split(' ').length >= 2
  );
};

interface Stray {
  readonly step: Step;
  readonly file: StoredFile;
  readonly kind: Kind;
}

const strayFiles = (step: Step, subject: Subject): Stray[] => {
  const after = ownSteps(subject).slice(ownSteps(subject).indexOf(step));
  const programs = after.flatMap(({ instruction }) => commandsOf(instruction));
  return ownFiles(subject).flatMap((file) => {
    if (file.layer !== step.layer || file.isUsed) return [];
    // What is in a package is the package's.
    const kind = KINDS.find(({ path }) => path.test(file.path));
    if (!kind) return [];
    const isNeeded = programs.some(
      (command) =>
        kind.usedBy?.test(command.program) &&
        verbOf(command)?.value !== 'install' &&
        verbOf(command)?.value !== 'ci',
    );
    return isNeeded ? [] : [{ step, file, kind }];
  });
};
