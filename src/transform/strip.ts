import { join } from 'node:path';
import { baseOf } from '../base/byte-path.ts';
import type { Elf } from '../elf/elf.ts';
import { ReslimError } from '../base/errors.ts';
import { findTool, type Tool } from './find-tool.ts';
import { withMadeFile } from './local-file.ts';
import { runTool } from './run-tool.ts';
import type { Step, StepInput, StepResult } from './step.ts';
import { verifyStripped } from './verify.ts';

/** Tools that are installed, by the machine (`e_machine`) of the binaries they are for. */
export type StripTools = ReadonlyMap<number, Tool>;

/**
 * Finds `strip` for binaries of this machine, and the tools for other machines that are installed.
 * Rejects with `unsupported`, naming the package to install, when the former is not.
 */
export const findStrip = async (timeLimit?: number): Promise<StripStep> => {
  const native = await findTool('strip');
  if (!native) {
    throw new ReslimError('unsupported', 'strip is not installed, and --strip needs it', {
      hint: 'install the package binutils (Debian, Ubuntu, Alpine and Fedora name it so)',
    });
  }
  const tools = new Map<number, Tool>();
  const llvm = await findTool('llvm-strip');
  for (const [machine, triplet] of TRIPLETS) {
    const tool = NATIVE[process.arch]?.includes(machine)
      ? native
      : ((await findTool(`${triplet}-strip`)) ?? llvm);
    if (tool) tools.set(machine, tool);
  }
  return stripWith(tools, timeLimit);
};

export interface StripStep extends Step {
  /** Why there is no tool for a binary, with the package to install. */
  readonly missingFor: (elf: Elf) => string | undefined;
}

const stripWith = (tools: StripTools, timeLimit: number | undefined): StripStep => ({
  by: 'strip',
  minSize: 0,
  missingFor: ({ machine }) => {
    if (tools.has(machine)) return undefined;
    const triplet = TRIPLETS.get(machine);
    return triplet
      ? `no strip for ${triplet} is installed: install binutils-${triplet.replaceAll('_', '-')} or llvm`
      : `no strip for the machine ${machine} is known`;
  },
  key: ({ elf, name }) => {
    const tool = tools.get(elf.machine);
    return ['strip', tool?.version, argumentFor(name)].join('\n');
  },
  run: async (input) => {
    const tool = tools.get(input.elf.machine);
    return tool ? runStrip(tool, input, timeLimit) : { failed: 'no tool' };
  },
});

const runStrip = async (
  tool: Tool,
  { path, file, elf, name, folder, signal }: StepInput,
  timeLimit: number | undefined,
): Promise<StepResult> => {
  const out = join(folder, 'stripped');
  const failed = await runTool(tool.path, [argumentFor(name), '-o', out, path], {
    folder,
    seconds: timeLimit ?? 60 + file.size / BYTES_PER_SECOND,
    maxFileSize: file.size + SLACK,
    signal,
  });
  if (failed !== undefined) return { failed };
  const wrong = await withMadeFile(
    out,
    (made) => verifyStripped(file, elf, made),
    'it made no file',
  );
  return wrong === undefined ? { path: out } : { failed: wrong };
};

/** What a slow machine strips at least. */
const BYTES_PER_SECOND = 1024 * 1024;
/** Some files become larger. Such a result is not used, but must not end the tool. */
const SLACK = 1024 * 1024;

/**
 * Debuggers and valgrind need the symbols of the dynamic loader and of the thread library, which
 * distributions therefore keep.
 */
const argumentFor = (name: string): string =>
  /^(?:ld[-.]|libpthread)/.test(baseOf(name)) ? '--strip-debug' : '--strip-unneeded';

/** GNU's names of machines, by `e_machine`. */
const TRIPLETS: ReadonlyMap<number, string> = new Map([
  [3, 'i686-linux-gnu'],
  [21, 'powerpc64le-linux-gnu'],
  [22, 's390x-linux-gnu'],
  [40, 'arm-linux-gnueabihf'],
  [62, 'x86_64-linux-gnu'],
  [183, 'aarch64-linux-gnu'],
  [243, 'riscv64-linux-gnu'],
  [258, 'loongarch64-linux-gnu'],
]);

/** Machines (`e_machine`) that the native `strip` of a system supports, by Node's name of the architecture. */
const NATIVE: Readonly<Record<string, readonly number[]>> = {
  arm: [40],
  arm64: [183],
  ia32: [3],
  loong64: [258],
  ppc64: [21],
  riscv64: [243],
  s390x: [22],
  x64: [62, 3],
};
