import { logout, type SlimOptions } from '../../index.ts';
import { LOGOUT_OPTIONS, type LogoutFlags } from '../../options/login-options.ts';
import { printable } from '../../report/printable.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { libraryOptions } from '../settings/library-options.ts';

/** `reslim logout`. */
export const runLogout = async ({
  operands: { registry },
  flags,
  signal,
}: Call<{ readonly registry: string }, LogoutFlags>): Promise<void> => {
  const { network } = libraryOptions<Pick<SlimOptions, 'network'>>(LOGOUT_OPTIONS, flags);
  const wasThere = await logout(registry, { network, signal });
  const shown = printable(registry);
  await writeLines(process.stdout, [
    wasThere ? `Logged out of ${shown}.\n` : `There was no login for ${shown}.\n`,
  ]);
};
