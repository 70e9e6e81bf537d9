import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Job } from './job.ts';

/** https://tekton.dev/docs/pipelines/pipeline-api/#tekton.dev/v1.Task, the part that a step runs by. */
export interface Task {
  readonly apiVersion: 'tekton.dev/v1';
  readonly kind: 'Task';
  readonly spec: {
    readonly params: readonly Param[];
    readonly results: readonly { readonly name: string }[];
    readonly stepTemplate: Pick<Step, 'env'>;
    readonly steps: readonly Step[];
  };
}

interface Param {
  readonly name: string;
  readonly type?: 'array';
  readonly default?: string | readonly string[];
}

interface Step {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly script: string;
}

export interface TaskUse {
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** Folders by name; one that is left out has no path. */
  readonly workspaces: Readonly<Record<string, string>>;
}

export interface TaskRun {
  readonly status: number;
  readonly log: string;
  readonly results: Readonly<Record<string, string>>;
}

/** Runs the steps of a task one after another, as Tekton does: with its variables put in, scripts as files. */
export const runTask = async (job: Job, text: string, use: TaskUse): Promise<TaskRun> => {
  const { spec } = parse(text) as Task;
  const folder = await mkdtemp(join(job.env['HOME'] ?? '', 'task-'));
  await mkdir(join(folder, 'results'));
  const params = Object.fromEntries(
    spec.params.map(({ name, default: usual }) => {
      const value = use.params[name] ?? usual;
      if (value === undefined) throw new Error(`the task wants a parameter ${name}`);
      return [name, value];
    }),
  );
  const fill = (value: string): string =>
    value
      .replaceAll(/\$\(params\.(\w+)\)/g, (_, name: string) => String(params[name]))
      .replaceAll(/\$\(workspaces\.(\w+)\.path\)/g, (_, name: string) => use.workspaces[name] ?? '')
      .replaceAll(/\$\(results\.(\w+)\.path\)/g, (_, name: string) =>
        join(folder, 'results', name),
      );
  const all = (value: string): readonly string[] => {
    const [, name = ''] = /^\$\(params\.(\w+)\[\*\]\)$/.exec(value) ?? [];
    const list = params[name];
    return Array.isArray(list) ? list : [fill(value)];
  };
  let [status, log] = [0, ''];
  for (const { name, args = [], env = [], script } of spec.steps) {
    const path = join(folder, name);
    await writeFile(path, fill(script));
    await chmod(path, 0o755);
    const values = [...(spec.stepTemplate.env ?? []), ...env]
      .filter((variable) => variable.name !== 'HOME')
      .map((variable) => [variable.name, fill(variable.value)]);
    const cwd = use.workspaces['images'] ?? folder;
    const given = Object.fromEntries(values) as Record<string, string>;
    const done = await job.sh('exec "$@"', cwd, given, [path, ...args.flatMap(all)]);
    log += done.log;
    status = done.status;
    if (status !== 0) break;
  }
  const results: Record<string, string> = {};
  for (const { name } of spec.results)
    results[name] = await readFile(join(folder, 'results', name), 'utf8').catch(() => '');
  return { status, log, results };
};
