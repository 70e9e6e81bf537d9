import { text } from 'node:stream/consumers';
import { ReslimError } from '../../base/errors.ts';
import { printable } from '../../report/printable.ts';
import { askLine, askSecret } from '../display/ask.ts';
import { networkOptions, type NetworkFlags } from '../settings/network-options.ts';
import { writeLines } from '../display/output.ts';

/** The options of `reslim login`. */
export interface LoginFlags extends NetworkFlags {
  readonly username?: string | undefined;
  readonly passwordStdin?: true | undefined;
}

/** `reslim login`: asks for what is missing; a password is never echoed, nor taken as an argument. */
export const loginCommand = async (
  registry: string,
  flags: LoginFlags,
  signal: AbortSignal,
): Promise<void> => {
  const [username, password] = await readLogin(registry, flags, signal);
  const { login } = await import('../../index.ts');
  const network = networkOptions(flags);
  const kept = await login({ registry, username, password }, { network, signal });
  const place =
    'helper' in kept
      ? `by the credential helper ${printable(kept.helper)}`
      : `in ${printable(kept.file)}, readable by you and not encrypted`;
  await writeLines(process.stdout, [`Logged in to ${printable(registry)}; kept ${place}.\n`]);
};

/** `reslim logout`. */
export const logoutCommand = async (
  registry: string,
  flags: NetworkFlags,
  signal: AbortSignal,
): Promise<void> => {
  const { logout } = await import('../../index.ts');
  const wasThere = await logout(registry, { network: networkOptions(flags), signal });
  const shown = printable(registry);
  await writeLines(process.stdout, [
    wasThere ? `Logged out of ${shown}.\n` : `There was no login for ${shown}.\n`,
  ]);
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
