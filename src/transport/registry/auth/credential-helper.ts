import { spawn } from 'node:child_process';
import { ReslimError } from '../../../base/errors.ts';
import { quote } from '../../../oci/digest.ts';
import { parseJson } from '../../../oci/json.ts';
import type { Environment } from '../../../base/home-folder.ts';
import type { Credential } from './credential.ts';

/** @see https://github.com/docker/docker-credential-helpers#development */
export type HelperAction = 'get' | 'store' | 'erase';

export interface HelperOptions {
  readonly env: Environment;
  /** Milliseconds; helpers of cloud providers call a server themselves. @default 60000 */
  readonly timeout?: number | undefined;
}

/** The credential that a helper has for a server, if any. */
export const getFromHelper = async (
  helper: string,
  key: string,
  options: HelperOptions,
): Promise<Credential | undefined> => {
  const { status, output } = await runHelper(helper, 'get', key, options);
  if (status !== 0) {
    if (NOT_FOUND.test(output)) return undefined;
    throw failed(helper, 'get', status);
  }
  const where = `answer of docker-credential-${helper}`;
  const { Username: username, Secret: secret } = parseJson(Buffer.from(output), where);
  if (typeof username !== 'string' || typeof secret !== 'string') {
    throw new ReslimError('io', `no user name and secret in the ${where}`);
  }
  if (username === '' && secret === '') return undefined;
  return username === '<token>'
    ? { kind: 'identity', token: secret }
    : { kind: 'basic', username, password: secret };
};

export const storeInHelper = async (
  helper: string,
  entry: { readonly key: string; readonly username: string; readonly password: string },
  options: HelperOptions,
): Promise<void> => {
  const { key: ServerURL, username: Username, password: Secret } = entry;
  const input = JSON.stringify({ ServerURL, Username, Secret });
  const { status } = await runHelper(helper, 'store', input, options);
  if (status !== 0) throw failed(helper, 'store', status);
};

/** Resolves with whether there was something to erase. */
export const eraseFromHelper = async (
  helper: string,
  key: string,
  options: HelperOptions,
): Promise<boolean> => {
  const { status, output } = await runHelper(helper, 'erase', key, options);
  if (status === 0) return true;
  if (NOT_FOUND.test(output)) return false;
  throw failed(helper, 'erase', status);
};

const NOT_FOUND = /credentials not found|no credentials server URL|not found in/i;
const OUTPUT_SIZE = 1024 * 1024;
const TIMEOUT = 60_000;

/** What a helper prints may hold secrets, so it is never shown. */
const failed = (helper: string, action: HelperAction, status: number | null): ReslimError =>
  new ReslimError(
    'io',
    `docker-credential-${helper} ${action} failed with status ${status ?? 'none'}`,
    {
      hint: `try it by hand: echo REGISTRY | docker-credential-${helper} ${action}`,
    },
  );

interface HelperResult {
  readonly status: number | null;
  readonly output: string;
}

/** Secrets go through standard input, never through the arguments that every process can read. */
const runHelper = (
  helper: string,
  action: HelperAction,
  input: string,
  { env, timeout = TIMEOUT }: HelperOptions,
): Promise<HelperResult> => {
  if (!/^[\w.-]+$/.test(helper)) {
    throw new ReslimError('usage', `not the name of a credential helper: ${quote(helper)}`);
  }
  const name = `docker-credential-${helper}`;
  return new Promise((resolve, reject) => {
    const child = spawn(name, [action], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      child.kill('SIGKILL');
      // A child process of the helper may keep the pipe open for ever.
      child.stdout.destroy();
    };
    const timer = setTimeout(stop, timeout);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_SIZE) stop();
      else chunks.push(chunk);
    });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const what = cause.code === 'ENOENT' ? 'is not installed' : 'did not start';
      const hint = 'install it, or take it out of the Docker config';
      reject(new ReslimError('io', `${name} ${what}`, { cause, hint }));
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, output: Buffer.concat(chunks).toString() });
    });
    // A helper that reads nothing closes the pipe early.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
};
