import { DEFAULT_TRIAL_NETWORK, DEFAULT_TRIAL_WAIT } from '../api/vocabulary.ts';

/** What is asked of containers of an image. */
export const TRIALS = {
  run: {
    type: 'texts',
    value: 'CMD',
    group: 'running',
    help: 'a command line, in place of what the image starts',
    library: 'trials.run',
  },
  http: {
    type: 'texts',
    value: 'REQUEST',
    group: 'running',
    help: '/PATH, or METHOD /PATH BODY, of what the image starts',
    library: 'trials.http',
  },
  header: {
    type: 'texts',
    value: 'LINE',
    group: 'running',
    help: 'of all requests: "Accept: text/html"',
    library: 'trials.headers',
  },
  probe: {
    type: 'files',
    value: 'SCRIPT',
    group: 'running',
    help: 'a program of this machine that asks the container',
    library: 'trials.probes',
  },
  port: {
    type: 'count',
    value: 'N',
    group: 'running',
    help: 'where it listens (default: the first that the image exposes)',
    library: 'trials.port',
  },
  env: {
    type: 'texts',
    value: 'NAME=VALUE',
    group: 'running',
    help: 'a variable of the containers',
    library: 'trials.env',
  },
  network: {
    type: 'text',
    value: 'MODE',
    group: 'running',
    help: 'of the containers; host, where the engine has no other',
    default: DEFAULT_TRIAL_NETWORK as typeof DEFAULT_TRIAL_NETWORK,
    library: 'trials.network',
  },
  wait: {
    type: 'seconds',
    value: 'SECONDS',
    group: 'running',
    help: 'for it to listen, and for each answer',
    default: (DEFAULT_TRIAL_WAIT / 1000) as number,
    library: 'trials.wait',
  },
} as const;
