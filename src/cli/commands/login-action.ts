import { text } from 'node:stream/consumers';
import { ReslimError } from '../../base/errors.ts';
import { printable } from '../../report/printable.ts';
import { askLine, askSecret } from '../display/ask.ts';
import { libraryOptions } from '../settings/library-options.ts';
import type { Call } from '../command.ts';
import { login, type SlimOptions } from '../../index.ts';
import { LOGIN_OPTIONS, type LoginFlags } from '../../options/login-options.ts';
import { writeLines } from '../display/output.ts';

/** `reslim login`: asks for what is missing; a password is never echoed, nor taken as an argument. */
export const runLogin = async ({
  operands: { registry },
  flags,
  signal,
}: Call<{ readonly registry: string }, LoginFlags>): Promise<void> => {
  const [username, password] = await readLogin(registry, flags, signal);
  const { network } = libraryOptions<Pick<SlimOptions, 'network'>>(LOGIN_OPTIONS, flags);
  const kept = await login({ registry, username, password }, { network, signal });
  const place =
    'helper' in kept
      ? `by the credential helper ${printable(kept.helper)}`
      : `in ${printable(kept.file)}, readable by you and not encrypted`;
  await writeLines(process.stdout, [`Logged in to ${printable(registry)}; kept ${place}.\n`]);
};

const readLogin = async (
  registry: string,
  { username, passwordStdin }: LoginFlags,
  signal: AbortSignal,
): Promise<readonly [string, string]> => {
  if (passwordStdin) {
    if (username === undefined) {
      throw new ReslimError('usage', '--password-stdin needs --username', {
        hint: 'stdin holds the password and nothing else',
      });
    }
    return [username, (await text(process.stdin)).replace(/\r?\n$/, '')];
  }
  if (!process.stdin.isTTY) {
    throw new ReslimError('usage', 'there is no terminal to ask for the password', {
      hint: `pipe it in: … | reslim login --username NAME --password-stdin ${registry}`,
    });
  }
  const name = username ?? (await askLine(`User name for ${printable(registry)}: `, signal));
  return [name, await askSecret('Password or access token (not shown): ', signal)];
};
