import { join } from 'node:path';
import { ReslimError } from '../base/errors.ts';
import { buildIdOf } from '../elf/notes.ts';
import type { UpxOptions } from '../api/options.ts';
import { DEFAULT_UPX_ARGS } from '../api/vocabulary.ts';
import { findTool, type Tool } from './find-tool.ts';
import { MIN_PACKED } from './guards.ts';
import { withMadeFile } from './local-file.ts';
import { runTool, type RunToolOptions } from './run-tool.ts';
import type { Step, StepInput, StepResult } from './step.ts';
import { verifyPacked } from './verify.ts';

/**
 * Checks the arguments and finds `upx`. Rejects with `usage` for an argument that is not allowed, and with
 * `unsupported`, naming the package to install, when there is no `upx`.
 */
export const findUpx = async (options: UpxOptions, timeLimit?: number): Promise<Step> => {
  const args = upxArguments(options);
  const tool = await findTool('upx');
  if (!tool) {
    throw new ReslimError('unsupported', 'upx is not installed, and --upx needs it', {
      hint: 'install the package upx-ucl (Debian, from bookworm-backports on; Ubuntu) or upx (Alpine, Fedora)',
    });
  }
  return {
    by: 'upx',
    minSize: MIN_PACKED,
    key: () => ['upx', tool.version, ...args].join('\n'),
    run: (input) => runUpx(tool, args, input, timeLimit),
  };
};

/** The arguments for `upx`; throws `usage` for one that does not say how to compress. */
const upxArguments = ({ args = DEFAULT_UPX_ARGS, brute = false }: UpxOptions): string[] => {
  for (const arg of args) {
    if (ALLOWED.test(arg)) continue;
    throw new ReslimError('usage', `--upx-args cannot hold ${JSON.stringify(arg)}`, {
      hint: 'only what says how to compress: -1 to -9, --best, --lzma, --brute, --ultra-brute, filters',
    });
  }
  return brute ? [...args.filter((arg) => !/^-[1-9]$/.test(arg)), '--brute'] : [...args];
};

const ALLOWED =
  /^(?:-[1-9]|--(?:best|brute|ultra-brute|lzma|no-lzma|nrv2[bde]|exact|all-methods|all-filters|no-filter|filter=\w+|crp-\w+=\w+))$/;

const runUpx = async (
  { path: tool }: Tool,
  args: readonly string[],
  { path, file, elf, folder, signal }: StepInput,
  timeLimit: number | undefined,
): Promise<StepResult> => {
  const [packed, unpacked] = [join(folder, 'packed'), join(folder, 'unpacked')];
  const run = (...words: string[]): Promise<string | undefined> =>
    runTool(tool, ['-qq', ...words], limitsFor(file.size, args, { folder, signal, timeLimit }));
  const keepId = buildIdOf(elf.notes) === undefined ? [] : ['--preserve-build-id'];
  const failed =
    (await run(...args, ...keepId, '-o', packed, path)) ??
    (await run('-t', packed)) ??
    (await run('-d', '-o', unpacked, packed));
  if (failed !== undefined) return { failed: failed.replace(/^upx: \S+: /, '') };
  const nothing = 'it made no file';
  const wrong = await withMadeFile(
    packed,
    (made) =>
      withMadeFile(unpacked, (original) => verifyPacked(file, elf, made, original), nothing),
    nothing,
  );
  return wrong === undefined ? { path: packed } : { failed: wrong };
};

const limitsFor = (
  size: number,
  args: readonly string[],
  {
    folder,
    signal,
    timeLimit,
  }: Pick<RunToolOptions, 'folder' | 'signal'> & { timeLimit: number | undefined },
): RunToolOptions => {
  const perMegabyte = args.some((arg) => SLOW.test(arg)) ? 600 : 20;
  return {
    folder,
    signal,
    seconds: timeLimit ?? Math.ceil(120 + (size / MB) * perMegabyte),
    maxFileSize: 2 * size + 16 * MB,
  };
};

const SLOW = /brute|best|all-/;
const MB = 1024 * 1024;
