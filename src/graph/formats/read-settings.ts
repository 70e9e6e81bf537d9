import { readAwk } from './awk.ts';
import { readSystemCron, readUserCron } from './cron.ts';
import type { FormatName } from './format-name.ts';
import { readExecline, readInittab, readProcfile, readTaskfile } from './line-formats.ts';
import { readPm2 } from './pm2.ts';
import { readJustfile, readMakefile } from './recipes.ts';
import type { ReadSettings } from './settings.ts';
import { readSupervisord } from './supervisord.ts';
import { readSystemd } from './systemd.ts';

/** How each format is read. */
export const FORMATS: Readonly<Record<FormatName, ReadSettings>> = {
  awk: readAwk,
  cron: readUserCron,
  'cron-with-user': readSystemCron,
  execline: readExecline,
  inittab: readInittab,
  justfile: readJustfile,
  makefile: readMakefile,
  pm2: readPm2,
  procfile: readProcfile,
  supervisord: readSupervisord,
  systemd: readSystemd,
  taskfile: readTaskfile,
};
