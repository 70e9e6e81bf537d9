import { execFile } from 'node:child_process';
import { appendFile, chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ReslimError } from '../base/errors.ts';
import { withIoErrors } from '../base/io-error.ts';
import { findTool } from '../transform/find-tool.ts';
import type { UnderProgram } from '../trials/with-container.ts';

/** strace of this machine, ready to be mounted into containers. */
export interface Tracer {
  readonly under: (image: TracedStart) => UnderProgram;
  /** What it has written, of all containers. */
  readonly output: string;
}

/** What an image starts by itself. */
export interface TracedStart {
  readonly words: readonly string[];
  /** Where it is started. */
  readonly folder: string;
}

/**
 * Copies strace with its loader and libraries into `folder`, so that it runs in any container, whatever C library that has.
 * Rejects with `unsupported` where there is none.
 */
export const openTracer = async (folder: string): Promise<Tracer> => {
  const tool = process.platform === 'linux' ? await findTool('strace') : undefined;
  if (!tool)
    throw new ReslimError('unsupported', 'strace is not on this machine', {
      hint: 'install it (apt install strace), or record with another tool: see docs/trace.md',
    });
  const programs = join(folder, 'programs');
  const records = join(folder, 'records');
  const output = join(records, OUTPUT);
  const loader = await withIoErrors(tool.path, async () => {
    await mkdir(programs);
    await mkdir(records);
    const { files, loader: found } = await neededBy(tool.path);
    for (const path of files) await copyFile(path, join(programs, basename(path)));
    await copyFile(tool.path, join(programs, STRACE));
    for (const path of [...files, STRACE]) await chmod(join(programs, basename(path)), 0o755);
    await chmod(programs, 0o755);
    await writeFile(output, '');
    // Whoever the image runs as writes there.
    await chmod(records, 0o777);
    await chmod(output, 0o666);
    return found;
  });
  const start =
    loader === undefined
      ? [`${PROGRAMS}/${STRACE}`]
      : [`${PROGRAMS}/${basename(loader)}`, '--library-path', PROGRAMS, `${PROGRAMS}/${STRACE}`];
  return {
    output,
    under: ({ words, folder: home }) => ({
      words: [...start, ...OPTIONS, '-o', `${RECORDS}/${OUTPUT}`],
      start: words,
      mounts: [
        { source: programs, target: PROGRAMS, isWritable: false },
        { source: records, target: RECORDS, isWritable: true },
      ],
      labels: { 'dev.reslim.trace': 'run' },
      // The first process of a container is number 1, and starts in the working folder of the image.
      prepare: () => appendFile(output, `1 chdir(${JSON.stringify(home)}) = 0\n`),
    }),
  };
};

const STRACE = 'strace';
const OUTPUT = 'strace.txt';

/** In containers. */
const PROGRAMS = '/.reslim-strace';
const RECORDS = '/.reslim-records';

/**
 * With `-D` the traced program is the first process of the container, as it expects. `-A` adds to the file, `-y` shows the paths
 * of descriptors. No arguments but paths and command lines are recorded; a `?` is for calls that some processors do not have.
 */
const OPTIONS = [
  ...['-D', '-f', '-A', '-q', '-y', '-s', '4096', '-e', 'signal=none'],
  ...['-e', 'trace=%file,fchdir,?clone,?clone3,?fork,?vfork'],
];

/** The loader and the libraries of a program, as `ldd` says: none of a static one. */
const neededBy = async (
  path: string,
): Promise<{ readonly files: readonly string[]; readonly loader: string | undefined }> => {
  // It fails for static programs.
  const { stdout } = await promisify(execFile)('ldd', [path]).catch(() => ({ stdout: '' }));
  const files = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, file = '']) => file);
  return {
    files: [...new Set(files)],
    loader: files.find((file) => /^ld[-.\w]*\.so/.test(basename(file))),
  };
};
