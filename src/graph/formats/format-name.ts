/** Formats of files that say what is started. */
export type FormatName =
  | 'awk'
  | 'cron'
  | 'cron-with-user'
  | 'execline'
  | 'inittab'
  | 'justfile'
  | 'makefile'
  | 'pm2'
  | 'procfile'
  | 'supervisord'
  | 'systemd'
  | 'taskfile';
