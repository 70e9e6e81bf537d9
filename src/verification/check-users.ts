import { toText } from '../base/byte-path.ts';
import { readAccounts } from './accounts.ts';
import type { Check } from './check.ts';

/** Accounts and groups are those of the original, above all the user that containers start with. */
export const checkUsers: Check = async ({ original, slim }, { look, differ }) => {
  const { user } = original.image.config.value.runtime;
  for (const [file, noun] of DATABASES) {
    const [before, after] = [await readAccounts(original, file), await readAccounts(slim, file)];
    for (const [name, account] of before) {
      look();
      if (after.get(name) === account) continue;
      const use =
        noun === 'user' && isStart(user, name, account) ? ', which containers start as' : '';
      const now = after.has(name) ? `is another one in /${file}` : `is gone from /${file}`;
      differ(`${noun} ${toText(name)}`, `${now}: ${idOf(account)}${use}`);
    }
  }
};

const DATABASES = [
  ['etc/passwd', 'user'],
  ['etc/group', 'group'],
] as const;

/** Whether `USER` of the config means an account, by its name or its number. */
const isStart = (user: string, name: string, account: string): boolean => {
  const [asked = ''] = user.split(':');
  return asked === toText(name) || (asked !== '' && asked === account.split(':')[2]);
};

const idOf = (account: string): string =>
  `number ${toText(account.split(':')[2] ?? '')} in the original`;
