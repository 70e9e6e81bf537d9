import type { Ecosystem } from './ecosystem.ts';

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
  cacheVariables: ['TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'],
  searchPathVariables: ['PATH', 'LD_LIBRARY_PATH'],
  optionVariables: { BASH_ENV: 'bash' },
};
