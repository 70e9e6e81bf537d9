import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { insertAfter, type Change } from '../rewrite/change.ts';
import {
  commandsOf,
  hasOption,
  operandsOf,
  verbOf,
  type Command,
  type ShellWord,
} from '../shell/commands.ts';
import { ownFiles, ownSteps, sizeOf, type Step, type Subject } from '../subject.ts';

/** Packages that apt installs because another one recommends them, and that nothing depends on. */
export const aptNoRecommends: Practice = {
  id: 'apt-no-recommends',
  title: 'Install without recommended packages',
  source: 'https://docs.docker.com/build/building/best-practices/#apt-get',
  find: (subject) => {
    const recommended = new Set(
      subject.packages
        .filter(({ type, isRecommendedOnly }) => type === 'deb' && isRecommendedOnly)
        .map(({ name }) => name),
    );
    const files = ownFiles(subject).filter(
      (file) => file.package !== undefined && !file.hidden && recommended.has(file.package),
    );
    const steps = ownSteps(subject).filter(
      (step) => callsOf(step).length > 0 && files.some(({ layer }) => layer === step.layer),
    );
    const [first] = steps;
    if (!first || !isWorthwhile(sizeOf(files), subject)) return [];
    const used = subject.packages
      .filter(({ name, isUsed }) => isUsed && recommended.has(name))
      .map(({ name }) => name);
    const kept = files.filter((file) => !used.includes(file.package as string));
    if (!isWorthwhile(sizeOf(kept), subject)) return [];
    return [describe({ files: kept, step: first, used, steps, subject })];
  },
};

interface Found {
  readonly files: Finding['files'];
  readonly step: Step;
  readonly steps: readonly Step[];
  /** Recommended packages that the application uses. */
  readonly used: readonly string[];
  readonly subject: Subject;
}

const describe = ({ files, step, steps, used, subject }: Found): Finding => {
  const names = [...new Set(files.map((file) => file.package as string))];
  const some = names.slice(0, NAMED).join(', ');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const kept =
    used.length === 0
      ? ''
      : ` What the image starts uses ${used.join(', ')}, which must be named then.`;
  return {
    message: `Nothing depends on ${some}${more}: they came with packages that only recommend them.${kept}`,
    files,
    step,
    changes: steps.flatMap((each) => changesOf(each, used, subject)),
  };
};

const NAMED = 4;

/** Calls that install without the option. */
const callsOf = ({ instruction }: Step): readonly Command[] =>
  commandsOf(instruction).filter(
    (command) =>
      /^(apt|apt-get)$/.test(command.program) &&
      verbOf(command)?.value === 'install' &&
      !hasOption(command, '--no-install-recommends'),
  );

const changesOf = (step: Step, used: readonly string[], subject: Subject): Change[] => {
  const { instruction, layer } = step;
  const here = used.filter((name) =>
    subject.files.some((file) => file.package === name && file.layer === layer),
  );
  return callsOf(step).flatMap((command, at, { length }): Change[] => {
    const verb = verbOf(command);
    const last = operandsOf(command).at(-1);
    if (!verb) return [];
    return [
      insertAfter(instruction, lastOption(command, verb), ' --no-install-recommends'),
      ...(at === length - 1 && last && here.length > 0
        ? [insertAfter(instruction, last, ` ${here.join(' ')}`)]
        : []),
    ];
  });
};

/** People write `install -y --no-install-recommends`. */
const lastOption = ({ words }: Command, verb: ShellWord): ShellWord => {
  const next = words[words.indexOf(verb) + 1];
  return next && /^(-y|-qq?|-yqq?|-qqy|--yes|--assume-yes)$/.test(next.value) ? next : verb;
};
