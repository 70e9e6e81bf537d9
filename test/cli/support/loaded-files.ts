import { tryReslim, type RunOptions } from '../../support/try-reslim.ts';

/** The files of one run, as names. */
export interface LoadedFiles {
  readonly status: number | null;
  /** Of reslim itself, below `dist`. */
  readonly own: readonly string[];
  /** Packages of others. */
  readonly packages: readonly string[];
}

/** Tells on stderr what is imported. */
const SPY = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { writeSync } from 'node:fs';
    export const load = (url, context, next) => {
      if (url.startsWith('file:')) writeSync(2, url + '\\\\n');
      return next(url, context);
    };
  \`));
`)}`;

/** Runs reslim and tells which modules it loads. */
export const loadedFiles = async (
  args: readonly string[],
  options: RunOptions = {},
): Promise<LoadedFiles> => {
  const env = { ...options.env, NODE_OPTIONS: `--import ${SPY}` };
  const { status, stderr } = await tryReslim(args, { ...options, env });
  const files = stderr.split('\n').filter((line) => line.startsWith('file:'));
  const packageOf = (file: string): string | undefined =>
    /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  const own = files
    .filter((file) => [undefined, 'reslim'].includes(packageOf(file)))
    .map((file) => file.replace(/.*\/(?:dist|bin)\//, ''))
    .filter((name) => !OUTSIDE.has(name));
  const packages = files.map(packageOf).filter((name) => name !== undefined && name !== 'reslim');
  return { status, own: own.sort(), packages: [...new Set(packages as string[])].sort() };
};

/** What every run loads: the files in `bin`, and the bundler's own few lines. */
const OUTSIDE = new Set(['reslim.js', 'start.js', 'chunks/rolldown-runtime.js']);
