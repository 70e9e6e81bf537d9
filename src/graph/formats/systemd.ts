import { readIni } from './ini.ts';
import type { ReadSettings, Statement } from './settings.ts';

/** Command lines and environment files of a unit. @see https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html */
export const readSystemd: ReadSettings = (text) => {
  const values = readIni(text, 'backslash');
  const folder = values.find(({ key }) => key === 'WorkingDirectory')?.value;
  return values.flatMap(({ section, key, value, line }): Statement[] => {
    if (section !== 'Service' || value === '') return [];
    if (key === 'EnvironmentFile')
      return [{ line, action: { does: 'read', path: value.replace(/^-/, '') } }];
    if (!/^Exec(Start|Stop|Reload|Condition)(Pre|Post)?$/.test(key)) return [];
    const command = value.replace(/^[@:+!-]+/, '').replaceAll(/%[a-zA-Z]/g, '$$_');
    return [{ line, action: { does: 'shell', text: command, folder: folder?.replace(/^-/, '') } }];
  });
};
