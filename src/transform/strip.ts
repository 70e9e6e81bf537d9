import { join } from 'node:path';
import { baseOf } from '../base/byte-path.ts';
import type { Elf } from '../elf/elf.ts';
import { ReslimError } from '../base/errors.ts';
import { findTool, type Tool } from './find-tool.ts';
import { withMadeFile } from './local-file.ts';
import { runTool } from './run-tool.ts';
import type { Step, StepInput, StepResult } from './step.ts';
import { verifyStripped } from './verify.ts';

/** Tools by machine (`e_machine`), as far as this machine has them. */
export type StripTools = ReadonlyMap<number, Tool>;

/**
 * Finds `strip` for this machine's own binaries, which must be there, and what there is for others.
 * Rejects with `unsupported` and the package to install.
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
  /** Why there is no tool for a binary, for a note: names the package. */
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

/** A slow machine strips at least so many. */
const BYTES_PER_SECOND = 1024 * 1024;
/** Some files grow by headers; they are put back, but the tool may end. */
const SLACK = 1024 * 1024;

/**
 * Debuggers and valgrind find their way by the symbols of the loader and of the thread library, so
 * distributions leave them in.
 */
const argumentFor = (name: string): string =>
  /^(?:ld[-.]|libpthread)/.test(baseOf(name)) ? '--strip-debug' : '--strip-unneeded';

/** GNU's names of machines. */
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

/** Machines whose binaries the plain `strip` of a system knows, by Node's name of the system. */
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
