import type { VerifyTrials } from '../api/options.ts';
import { DEFAULT_TRIAL_NETWORK, DEFAULT_TRIAL_WAIT } from '../api/vocabulary.ts';
import { ReslimError } from '../base/errors.ts';
import { splitWords } from '../base/split-words.ts';
import type { HttpTrial, Trial, TrialPlan } from './trial.ts';

/** Whether anything is asked. Throws `usage` for what says only how to ask. */
export const asksAnything = (asked: VerifyTrials): boolean => {
  const { run = [], http = [], probes = [] } = asked;
  if (run.length + http.length + probes.length > 0) return true;
  const [useless] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
  if (useless === undefined) return false;
  throw new ReslimError('usage', `"${useless}" has no effect: nothing is run`, {
    hint: 'add --run, --http or --probe',
  });
};

/** Reads what is asked of the images. `exposed` are their ports. Throws `usage`. */
export const readTrials = (asked: VerifyTrials, exposed: readonly number[]): TrialPlan => {
  const { run = [], http = [], probes = [], env = [], network = DEFAULT_TRIAL_NETWORK } = asked;
  const port = asked.port ?? exposed[0];
  const headers = (asked.headers ?? []).map(readHeader);
  const trials: Trial[] = [
    ...run.map((subject) => ({ kind: 'run' as const, subject, words: splitWords(subject) })),
    ...http.map((subject) => ({ ...readRequest(subject, port), headers })),
    ...probes.map((program) => ({ kind: 'probe' as const, subject: program, program })),
  ];
  for (const pair of env)
    if (!/^[^=]+=/.test(pair))
      throw new ReslimError('usage', `not a variable: ${pair}`, { hint: 'write NAME=VALUE' });
  return { trials, port, env, network, wait: asked.wait ?? DEFAULT_TRIAL_WAIT };
};

/** `[METHOD ][:PORT]/PATH[ BODY]` */
const readRequest = (subject: string, usual: number | undefined): Omit<HttpTrial, 'headers'> => {
  const match = /^(?:([A-Z]+) )?(?::(\d+))?(\/\S*)(?: ([^]*))?$/.exec(subject);
  if (!match)
    throw new ReslimError('usage', `not a request: ${subject}`, {
      hint: 'write /PATH, or METHOD /PATH BODY, with :PORT before the path if need be',
    });
  const [, method = 'GET', stated, path = '/', body = ''] = match;
  const port = stated === undefined ? usual : Number(stated);
  if (port === undefined)
    throw new ReslimError('usage', 'the image does not say where it listens', {
      hint: 'add --port N',
    });
  return { kind: 'http', subject, method, path, body, port };
};

const readHeader = (line: string): readonly [name: string, value: string] => {
  const match = /^([\w!#$%&'*+.^`|~-]+): ?([^\r\n]*)$/.exec(line);
  if (match) return [match[1] as string, match[2] as string];
  throw new ReslimError('usage', `not a header: ${line}`, { hint: 'write Name: value' });
};
