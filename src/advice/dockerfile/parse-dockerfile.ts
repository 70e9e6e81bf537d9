import { DockerfileParser, type From, type Instruction as Parsed } from 'dockerfile-ast';
import { ReslimError } from '../../base/errors.ts';
import type { Instruction } from './instruction.ts';

/** A Dockerfile, as far as advice needs it. */
export interface Dockerfile {
  /** As it is called in messages. */
  readonly name: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly stages: readonly Stage[];
}

/** What one `FROM` starts. */
export interface Stage {
  readonly from: Instruction;
  /** What it is built from, with the defaults of arguments filled in: an image, or the name of a stage. */
  readonly image: string;
  /** As it is written: `${BASE}`. */
  readonly writtenImage: string;
  readonly name: string | undefined;
  /** The stage it is built from. */
  readonly parent: Stage | undefined;
  /** Without `FROM`. */
  readonly instructions: readonly Instruction[];
}

/** Dockerfiles that people write have some kB. */
export const MAX_DOCKERFILE: number = 1024 * 1024;
const MAX_INSTRUCTIONS = 2000;

/** Reads a Dockerfile. Throws `usage` for a text without `FROM`. */
export const parseDockerfile = (text: string, name: string): Dockerfile => {
  const plain = text.replaceAll('\r\n', '\n');
  const lines = plain.split('\n');
  const parsed = DockerfileParser.parse(plain);
  const all = parsed.getInstructions();
  if (all.length > MAX_INSTRUCTIONS)
    throw new ReslimError('limit', `more than ${MAX_INSTRUCTIONS} instructions, ${name}`);
  const escape = parsed.getEscapeCharacter();
  const stages: Stage[] = [];
  let instructions: Instruction[] = [];
  let end = 0;
  for (const each of all) {
    const instruction = read(each, {
      lines,
      escape,
      stage: Math.max(stages.length - 1, 0),
      after: end,
    });
    end = instruction.endLine as number;
    if (each.getKeyword() === 'FROM') {
      instructions = [];
      stages.push(
        startStage(each as From, instruction, stages, instructions, (variable) =>
          parsed.resolveVariable(variable, (instruction.line as number) - 1),
        ),
      );
    } else instructions.push(instruction);
  }
  if (stages.length === 0)
    throw new ReslimError('usage', `no FROM, ${name}`, { hint: 'name a Dockerfile' });
  return { name, text: plain, lines, stages };
};

interface Context {
  readonly lines: readonly string[];
  readonly escape: string;
  readonly stage: number;
  /** The last line of the instruction before. */
  readonly after: number;
}

const read = (each: Parsed, { lines, escape, stage, after }: Context): Instruction => {
  const { start, end } = each.getRange();
  const keyword = each.getKeyword();
  const text = lines.slice(start.line, end.line + 1).join('\n');
  const flags = flagsOf(each);
  return {
    keyword,
    flags,
    text,
    argumentsAt: startOfArguments(text, flags),
    hasHereDocument: heredocsOf(each) > 0,
    escape,
    line: start.line + 1,
    endLine: end.line + 1,
    stage: keyword === 'FROM' && after > 0 ? stage + 1 : stage,
    comments: lines.slice(after, start.line).filter((line) => /^\s*#/.test(line)),
  };
};

/** Flags may stand on lines of their own. */
const startOfArguments = (text: string, flags: readonly string[]): number => {
  let at = /^\s*\w+/.exec(text)?.[0].length ?? 0;
  for (const flag of flags) {
    const found = text.indexOf(flag, at);
    if (found >= 0) at = found + flag.length;
  }
  return at + (/^(?:[ \t]|[\\`][ \t]*\n|\n)*/.exec(text.slice(at))?.[0].length ?? 0);
};

const flagsOf = (each: Parsed): string[] => {
  const { getFlags } = each as { getFlags?: () => { toString: () => string }[] };
  return getFlags ? getFlags.call(each).map(String) : [];
};

const heredocsOf = (each: Parsed): number => {
  const { getHeredocs } = each as unknown as { getHeredocs?: () => unknown[] };
  return getHeredocs ? getHeredocs.call(each).length : 0;
};

const startStage = (
  from: From,
  instruction: Instruction,
  stages: readonly Stage[],
  instructions: readonly Instruction[],
  resolve: (variable: string) => string | null | undefined,
): Stage => {
  const writtenImage = from.getImage() ?? '';
  const image = writtenImage.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g,
    (whole, bare: string | undefined, braced: string | undefined, fallback: string | undefined) =>
      resolve((bare ?? braced) as string) ?? fallback ?? whole,
  );
  const parent = stages.find(({ name }) => name?.toLowerCase() === image.toLowerCase());
  return {
    from: instruction,
    image,
    writtenImage,
    name: from.getBuildStage() ?? undefined,
    parent,
    instructions,
  };
};

/** The stage that names the image a stage is built on in the end. */
export const rootOf = (stage: Stage): Stage => (stage.parent ? rootOf(stage.parent) : stage);

/** All instructions a stage consists of, those of the stages it is built from first. */
export const chainOf = (stage: Stage): readonly Instruction[] => [
  ...(stage.parent ? chainOf(stage.parent) : []),
  ...stage.instructions,
];
