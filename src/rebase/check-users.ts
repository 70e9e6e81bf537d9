import { toBytes } from '../base/byte-path.ts';
import { readAccounts } from '../verification/accounts.ts';
import type { RebaseCheck } from './swap.ts';

/** The account and the group that containers start as, where the config calls them by their names. */
export const checkUsers: RebaseCheck = async ({ before, after }, report) => {
  const { user } = after.image.config.value.runtime;
  const names = user.split(':').map(toBytes);
  for (const [at, file] of ['etc/passwd', 'etc/group'].entries()) {
    const name = names[at];
    if (name === undefined || name === '' || /^\d+$/.test(name)) continue;
    const [old, now] = [await readAccounts(before, file), await readAccounts(after, file)];
    if (old.has(name) && !now.has(name))
      report({
        where: `${at === 0 ? 'user' : 'group'} ${user.split(':')[at]}`,
        message: `is not in /${file} of the new base, and containers start as it`,
      });
  }
};
