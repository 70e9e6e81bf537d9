import { linesOf, type ReadSettings, type Statement } from './settings.ts';

const FIELD = /^[\d*,/?#LWA-Za-z-]+$/;
/** `NAME = value`, which may stand in quotes. */
const VARIABLE = /^(\w+)\s*=\s*(?:["']?([^"']*?)["']?$)?/;
const MAX_VARIABLES = 20;
const NUMBERS = /^[\d*,/?#-]+$/;

/**
 * Jobs of a table. Some programs allow fields for seconds or years; the table of the system has a user
 * before the command.
 * @see https://man7.org/linux/man-pages/man5/crontab.5.html
 */
const readCron =
  ({ hasUser }: { readonly hasUser: boolean }): ReadSettings =>
  (text) => {
    /** Variables of the jobs behind them, as a shell has them. */
    const variables: string[] = [];
    return linesOf(text).flatMap(([line, raw]): Statement[] => {
      const trimmed = raw.trim();
      if (trimmed === '' || trimmed.startsWith('#')) return [];
      const [, variable, value] = VARIABLE.exec(trimmed) ?? [];
      if (variable !== undefined) {
        if (value === undefined) return [];
        if (variables.length < MAX_VARIABLES) variables.push(`${variable}='${value}'`);
        // Jobs are lines for this shell.
        return variable === 'SHELL' ? [{ line, action: { does: 'run', words: [value] } }] : [];
      }
      const words = trimmed.split(/\s+/);
      let at = trimmed.startsWith('@') ? 1 : 5;
      if (at === 5) {
        if (!words.slice(0, 5).every((word) => FIELD.test(word))) return [];
        while (at < 7 && NUMBERS.test(words[at] ?? '')) at++;
      }
      if (hasUser) at++;
      const command = words.slice(at).join(' ');
      const job = [...variables, command].join('; ');
      return command === '' ? [] : [{ line, action: { does: 'shell', text: job } }];
    });
  };

export const readUserCron: ReadSettings = readCron({ hasUser: false });
export const readSystemCron: ReadSettings = readCron({ hasUser: true });
