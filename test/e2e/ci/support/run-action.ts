import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { expand, holds, type Contexts } from './expressions.ts';

/** The part of `action.yml` that a runner goes by. */
export interface CompositeAction {
  readonly inputs: Readonly<
    Record<string, { readonly default?: string; readonly required?: true }>
  >;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: 'composite'; readonly steps: readonly RunStep[] };
}

interface RunStep {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell: 'bash';
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface ActionUse {
  /** The folder with `action.yml`. */
  readonly action: string;
  /** Where the job's files are. */
  readonly workspace: string;
  readonly temp: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface ActionRun {
  /** Exit status of the step that failed, or 0. */
  readonly status: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the steps that ran. */
  readonly steps: readonly string[];
  /** What all steps print, in order. */
  readonly log: string;
  /** The step summary, in Markdown. */
  readonly summary: string;
}

export const readAction = async (folder: string): Promise<CompositeAction> =>
  parse(await readFile(join(folder, 'action.yml'), 'utf8')) as CompositeAction;

/**
 * Runs the steps of a composite action as a runner of GitHub does: expressions by GitHub's own evaluator, bash with its
 * flags, outputs through files.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#runs-for-composite-actions
 */
export const runAction = async (use: ActionUse): Promise<ActionRun> => {
  const { inputs, outputs, runs } = await readAction(use.action);
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, use.inputs[name] ?? input.default ?? '']),
  );
  const files = await mkdtemp(join(use.temp, 'commands-'));
  const results: Record<string, { readonly outputs: Record<string, string> }> = {};
  const contexts = (): Contexts => ({ inputs: values, steps: results, runner: { temp: use.temp } });
  const ran: string[] = [];
  let [status, log, summary] = [0, '', ''];
  for (const [at, step] of runs.steps.entries()) {
    if (!holds(step.if, contexts(), status === 0)) continue;
    ran.push(step.name);
    const folder = join(files, String(at));
    await mkdir(folder);
    const done = await runStep(step, folder, use, contexts());
    log += done.log;
    summary += await readFile(join(folder, 'summary'), 'utf8');
    if (step.id !== undefined)
      results[step.id] = { outputs: readOutputs(await readFile(join(folder, 'output'), 'utf8')) };
    status ||= done.status;
  }
  const given = Object.entries(outputs).map(([name, { value }]) => [
    name,
    expand(value, contexts()),
  ]);
  return { status, outputs: Object.fromEntries(given), steps: ran, log, summary };
};

const runStep = async (
  step: RunStep,
  folder: string,
  use: ActionUse,
  contexts: Contexts,
): Promise<{ readonly status: number; readonly log: string }> => {
  const script = join(folder, 'script.sh');
  await writeFile(script, expand(step.run, contexts));
  for (const name of ['output', 'env', 'path', 'summary']) appendFileSync(join(folder, name), '');
  const own = Object.entries(step.env ?? {}).map(([name, value]) => [
    name,
    expand(value, contexts),
  ]);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: join(use.workspace, expand(step['working-directory'] ?? '.', contexts)),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...use.env,
      ...Object.fromEntries(own),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: use.action,
      GITHUB_WORKSPACE: use.workspace,
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_ENV: join(folder, 'env'),
      GITHUB_PATH: join(folder, 'path'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      RUNNER_TEMP: use.temp,
    },
  });
  const closed = new Promise<number>((resolve) => {
    child.on('close', (code) => resolve(code ?? 1));
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await closed, log: out + err };
};

/** `name=value`, a line each. */
const readOutputs = (lines: string): Record<string, string> =>
  Object.fromEntries(
    [...lines.matchAll(/^([^=\n]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
