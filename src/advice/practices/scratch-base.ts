import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { rootOf } from '../dockerfile/parse-dockerfile.ts';
import { isHarmless } from '../dockerfile/instruction.ts';
import { ownSteps, sizeOf, type Program, type StoredFile, type Subject } from '../subject.ts';
import { isOfLibc } from './slimmer-base.ts';

/** A program that is all that runs: linked statically it needs no base at all. */
export const scratchBase: Practice = {
  id: 'scratch-base',
  title: 'Copy a static program into an empty image',
  source:
    'https://docs.docker.com/build/building/base-images/#create-a-minimal-base-image-using-scratch',
  find: (subject): Finding[] => {
    const { program, isForBuilding, dockerfile } = subject;
    if (!program || isForBuilding || !program.isAlone) return [];
    if (dockerfile && rootOf(dockerfile.stage).image === 'scratch') return [];
    const isStatic = program.libraries.length === 0;
    if (!isStatic && (program.language === undefined || !program.libraries.every(isOfLibc)))
      return [];
    const files = subject.files.filter((file) => !isKept(file, program));
    if (!isWorthwhile(sizeOf(files), subject)) return [];
    return [
      {
        message: isStatic
          ? `${program.path} is linked statically, and starts nothing else: of the base it needs no more than certificates and time zones, if it uses them. Images of distroless (gcr.io/distroless/static) have these two and a user that is not root.`
          : `${program.path} is linked against the C library alone. ${HOW[program.language as keyof typeof HOW]} links it statically, and it runs in an empty image.`,
        files,
        step: ownSteps(subject).find(({ layer }) => layer === program.layer),
        changes: [],
        example: { file: 'Dockerfile', text: textOf(program, subject) },
      },
    ];
  },
};

const HOW = {
  go: 'CGO_ENABLED=0 go build',
  rust: 'cargo build --target x86_64-unknown-linux-musl',
} as const;

/** The program, data of the application, and what programs commonly read of a base. */
const isKept = ({ path, isUsed, hidden }: StoredFile, { path: program }: Program): boolean =>
  !hidden &&
  (path === program ||
    /^\/(etc\/ssl\/certs\/ca-certificates\.crt|etc\/(passwd|group)|usr\/share\/zoneinfo\/)/.test(
      path,
    ) ||
    (isUsed === true && !/^\/(usr|lib|lib64|bin|sbin)\//.test(path)));

const textOf = ({ path, language, libraries }: Program, subject: Subject): string => {
  const settings = ownSteps(subject)
    .map(({ instruction }) => instruction)
    .filter((each) => isHarmless(each) || /^(ENV|USER|WORKDIR)$/.test(each.keyword));
  return [
    `FROM ${subject.dockerfile?.stage.writtenImage ?? 'BASE'} AS build`,
    '# the steps as they are' + (libraries.length > 0 && language ? `, with ${HOW[language]}` : ''),
    '',
    'FROM scratch',
    'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
    `COPY --from=build ${path} ${path}`,
    ...settings.map(({ text }) => text),
  ].join('\n');
};
