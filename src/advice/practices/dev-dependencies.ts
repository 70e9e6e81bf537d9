import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { insertAfter, type Change } from '../rewrite/change.ts';
import { commandsOf, hasOption, operandsOf, verbOf, type Command } from '../shell/commands.ts';
import {
  ownFiles,
  ownSteps,
  sizeOf,
  type Step,
  type StoredFile,
  type Subject,
} from '../subject.ts';

/** npm packages that only development needs. */
export const devDependencies: Practice = {
  id: 'dev-dependencies',
  title: 'Install runtime dependencies only',
  source: 'https://docs.npmjs.com/cli/v11/commands/npm-ci#omit',
  find: (subject) => {
    const files = ownFiles(subject).filter(
      ({ isDevDependency, hidden }) => isDevDependency && !hidden,
    );
    if (!isWorthwhile(sizeOf(files), subject)) return [];
    const layers = new Set(files.map(({ layer }) => layer));
    const step = ownSteps(subject).find(
      (each) => layers.has(each.layer as number) && callsOf(each).length > 0,
    );
    return step ? [describe(step, files, subject)] : [];
  },
};

/** Calls that install what package.json lists. */
const callsOf = ({ instruction }: Step): readonly Command[] =>
  commandsOf(instruction).filter(
    (command) =>
      command.program === 'npm' &&
      /^(ci|clean-install|install|i)$/.test(verbOf(command)?.value ?? '') &&
      operandsOf(command).length === 0 &&
      !hasOption(command, '--omit', '--only', '--production', '-g', '--global'),
  );

const describe = (step: Step, files: readonly StoredFile[], subject: Subject): Finding => {
  const builder = ownSteps(subject).find((each) =>
    commandsOf(each.instruction).some(needsDevelopment),
  );
  const what =
    'Packages of devDependencies are in the image, and nothing that it starts uses them.';
  if (!builder)
    return {
      message: `${what} Leave them out where they are installed.`,
      files,
      step,
      changes: callsOf(step).flatMap((command) => omit(step, command)),
    };
  return {
    message: `${what} The build needs them (${commandText(builder)}): build in a stage of its own, and install without them in the last one.`,
    files,
    step,
    changes: [],
    example: {
      file: 'Dockerfile',
      text: [
        `FROM ${subject.dockerfile?.stage.writtenImage ?? 'BASE'} AS build`,
        '# the steps as they are',
        '',
        `FROM ${subject.dockerfile?.stage.writtenImage ?? 'BASE'}`,
        'COPY package*.json ./',
        'RUN npm ci --omit=dev && npm cache clean --force',
        '# and what was built: COPY --from=build …',
      ].join('\n'),
    },
  };
};

const omit = ({ instruction }: Step, command: Command): Change[] => {
  const verb = verbOf(command);
  return verb ? [insertAfter(instruction, verb, ' --omit=dev')] : [];
};

/** `npm run build`, `npm test` and their like. */
const needsDevelopment = (command: Command): boolean =>
  (/^(npm|yarn|pnpm)$/.test(command.program) &&
    /^(run|run-script|test|t|build|exec)$/.test(verbOf(command)?.value ?? '')) ||
  /^(npx|tsc|vite|webpack|esbuild|rollup|next|ng)$/.test(command.program);

const commandText = ({ instruction: { line, keyword } }: Step): string =>
  line === undefined ? keyword : `line ${line}`;
