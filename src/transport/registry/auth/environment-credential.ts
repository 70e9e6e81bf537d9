import { ReslimError } from '../../../base/errors.ts';
import type { Environment } from '../../../base/home-folder.ts';
import { normaliseKey } from './auth-key.ts';
import type { Credential } from './credential.ts';

/**
 * Which of the registries of a run `RESLIM_USERNAME` and `RESLIM_PASSWORD` belong to. With several
 * registries `RESLIM_REGISTRY` must name it: a password must not go to the wrong one.
 */
export const environmentRegistry = (
  registries: readonly string[],
  env: Environment = process.env,
): string | undefined => {
  if (!environmentCredential(env)) return undefined;
  const named = env['RESLIM_REGISTRY'];
  if (named) return normaliseKey(named);
  const different = [...new Set(registries.map(normaliseKey))];
  if (different.length > 1) {
    throw new ReslimError('usage', 'RESLIM_PASSWORD is set, and the run has several registries', {
      hint: `say which one it is for: RESLIM_REGISTRY=${different.at(-1)}`,
    });
  }
  return different[0];
};

/**
 * The credential in the environment, whatever registry it is for. Throws `usage` if only one of the two
 * variables is set.
 */
export const environmentCredential = (env: Environment): Credential | undefined => {
  const { RESLIM_USERNAME: username, RESLIM_PASSWORD: password } = env;
  if (!username && !password) return undefined;
  if (username && password) return { kind: 'basic', username, password };
  throw new ReslimError('usage', 'one of RESLIM_USERNAME and RESLIM_PASSWORD is not set', {
    hint: 'set both or none',
  });
};
