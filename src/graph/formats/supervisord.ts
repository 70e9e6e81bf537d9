import { readIni } from './ini.ts';
import type { ReadSettings, Statement } from './settings.ts';

/** Programs, event listeners and FastCGI programs, and files that are included. @see http://supervisord.org/configuration.html */
export const readSupervisord: ReadSettings = (text) => {
  const values = readIni(text, 'indented');
  const folders = new Map(
    values.filter(({ key }) => key === 'directory').map(({ section, value }) => [section, value]),
  );
  return values.flatMap(({ section, key, value, line }): Statement[] => {
    if (section === 'include' && key === 'files')
      return [
        { line, action: { does: 'settings', format: 'supervisord', paths: value.split(/\s+/) } },
      ];
    if (key !== 'command' || !/^(program|eventlistener|fcgi-program):/.test(section)) return [];
    const command = expand(value.replace(/\s;.*$/, ''));
    return [{ line, action: { does: 'shell', text: command, folder: folders.get(section) } }];
  });
};

/** `%(ENV_HOME)s` is a variable of the environment, `%(process_num)02d` a number, `%%` one of these. */
const expand = (value: string): string =>
  value
    .replaceAll(/%\(ENV_(\w+)\)s/g, '$${$1}')
    .replaceAll(/%\(\w+\)\d*[sd]/g, '$$_')
    .replaceAll('%%', '%');
