import { toText } from '../base/byte-path.ts';
import type { ImageView } from '../image/image-view.ts';
import { readText } from '../tree/read-text.ts';
import { resolvePath } from '../tree/resolve.ts';
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

/** The largest of them that is read, in bytes. */
const DATABASE_SIZE = 1024 * 1024;

/** Lines by the name they begin with; of several the first counts, as it does for the C library. */
const readAccounts = async (
  { tree, open }: ImageView,
  file: string,
): Promise<ReadonlyMap<string, string>> => {
  const text = await readText(open, resolvePath(tree().root, file).node, DATABASE_SIZE);
  const lines = (text ?? '').split('\n').filter((line) => line.includes(':'));
  return new Map(lines.toReversed().map((line) => [line.split(':', 1)[0] as string, line]));
};

/** Whether `USER` of the config means an account, by its name or its number. */
const isStart = (user: string, name: string, account: string): boolean => {
  const [asked = ''] = user.split(':');
  return asked === toText(name) || (asked !== '' && asked === account.split(':')[2]);
};

const idOf = (account: string): string =>
  `number ${toText(account.split(':')[2] ?? '')} in the original`;
