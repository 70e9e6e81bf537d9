import { linesOf, type ReadSettings, type Statement } from './settings.ts';

const FIELD = /^[\d*,/?#LWA-Za-z-]+$/;
const NUMBERS = /^[\d*,/?#-]+$/;

/**
 * Jobs of a table. Some programs allow fields for seconds or years; the table of the system has a user
 * before the command.
 * @see https://man7.org/linux/man-pages/man5/crontab.5.html
 */
const readCron =
  ({ hasUser }: { readonly hasUser: boolean }): ReadSettings =>
  (text) =>
    linesOf(text).flatMap(([line, raw]): Statement[] => {
      const trimmed = raw.trim();
      if (trimmed === '' || trimmed.startsWith('#') || /^\w+\s*=/.test(trimmed)) return [];
      const words = trimmed.split(/\s+/);
      let at = trimmed.startsWith('@') ? 1 : 5;
      if (at === 5) {
        if (!words.slice(0, 5).every((word) => FIELD.test(word))) return [];
        while (at < 7 && NUMBERS.test(words[at] ?? '')) at++;
      }
      if (hasUser) at++;
      const command = words.slice(at).join(' ');
      return command === '' ? [] : [{ line, action: { does: 'shell', text: command } }];
    });

export const readUserCron: ReadSettings = readCron({ hasUser: false });
export const readSystemCron: ReadSettings = readCron({ hasUser: true });
