import type { Ecosystem } from './ecosystem.ts';
import { parentOf } from '../base/byte-path.ts';
import { updateLoaderCache } from './linux/update-loader-cache.ts';

/** What images of all distributions have in common: shells, services, the loader of programs. */
export const linux: Ecosystem = {
  name: 'linux',
  sources: [
    {
      kind: 'shell',
      extensions: ['sh', 'bash', 'zsh', 'ksh'],
      names: ['crontab'],
      // Tables of jobs and scripts of supervisors.
      paths: /^\/(etc\/(cron|periodic|s6|s6-overlay|services|sv|runit)\b|var\/spool\/cron\/)/,
    },
    { kind: 'settings', extensions: ['cron', 'crontab', 'conf', 'ini', 'service'] },
  ],
  runFunctions: ['exec', 'spawn', 'system', 'popen'],
  libraryOpeners: [/dlopen/],
  ignoredCallers: [
    // System folders that hold no sources of the application.
    /^\/(proc|sys|dev|tmp|usr\/(local\/)?(include|share\/(doc|man))|usr\/src\/linux[^/]*)\//,
    /^\/etc\/(init\.d|skel|profile\.d|bash_completion\.d)\//,
    /\/\.(git|hg|cache)\//,
  ],
  tools: [{ name: 'man', programs: { man: undefined, apropos: undefined, whatis: undefined } }],
  timeRecords: [
    {
      // A cache of fontconfig names the folder of fonts, and the time it had.
      names: /\.cache-\d+$/,
      folders: /\/fontconfig$/,
      read: async (_path, file) => {
        if (file.size < 64) return [];
        const text = (await file.read(0, Math.min(file.size, 64 * 1024))).toString('latin1');
        const folder = /(?<=\0)\/[\x20-\xff]+(?=\0)/.exec(text)?.[0];
        return folder === undefined ? [] : [{ path: folder.replace(/\/$/, '') }];
      },
    },
    {
      // Files that are there for their time: whether they are later than what is around them.
      names: /^\.?([\w-]+[.-])?(stamp|timestamp|built|mtime)([.-][\w-]+)?$/,
      read: async (path, file) => {
        const text = (await file.read(0, Math.min(file.size, 64 * 1024))).toString('latin1');
        const times = [...text.matchAll(/\b\d{10}\b/g)].map(([time]) => ({ mtime: Number(time) }));
        const folder = parentOf(path);
        return [{ path }, ...times, ...(folder.includes('/', 1) ? [{ folder }] : [])];
      },
    },
  ],
  // What ldconfig writes down of the libraries that packages bring.
  packageRecords: [/^\/etc\/ld\.so\.cache$/],
  cacheVariables: ['TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'],
  searchPathVariables: ['PATH', 'LD_LIBRARY_PATH'],
  optionVariables: { BASH_ENV: 'bash' },
  updateRecords: updateLoaderCache,
};
