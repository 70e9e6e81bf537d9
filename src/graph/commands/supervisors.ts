import type { Fields } from '../shell/fields.ts';
import { run, type Action, type Handler } from './action.ts';
import { parseOptions, valuesOf } from './options.ts';

/** @see http://supervisord.org/configuration.html#configuration-file */
const supervisord: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, { valued: SUPERVISORD_VALUED });
  const given = valuesOf(parsed, '-c', '--configuration');
  return [
    {
      does: 'settings',
      format: 'supervisord',
      paths: given.length > 0 ? given : SUPERVISORD_FILES,
    },
  ];
};

const SUPERVISORD_VALUED =
  '-c --configuration -u --user -m --umask -d --directory -l --logfile -y -z -e --loglevel -j --pidfile -i -q -a --minfds --minprocs'.split(
    ' ',
  );

const SUPERVISORD_FILES = [
  'supervisord.conf',
  'etc/supervisord.conf',
  '/etc/supervisord.conf',
  '/etc/supervisor/supervisord.conf',
  '/etc/supervisor/conf.d/*.conf',
  '/etc/supervisord.d/*.ini',
  '/etc/supervisor.d/*.ini',
];

/** Programs of a folder of services: one folder for each, as s6, runit and daemontools have it. */
const services = (folders: Fields): Action[] => [
  {
    does: 'run-all',
    paths: folders.flatMap((folder) => [
      `${folder}/*/run`,
      `${folder}/*/finish`,
      `${folder}/*/log/run`,
      `${folder}/.s6-svscan/*`,
    ]),
  },
];

/** @see https://github.com/just-containers/s6-overlay */
const S6_OVERLAY: readonly Action[] = [
  {
    does: 'run-all',
    paths: [
      '/etc/cont-init.d/*',
      '/etc/cont-finish.d/*',
      '/etc/services.d/*/run',
      '/etc/services.d/*/finish',
      '/etc/services.d/*/log/run',
      '/etc/s6-overlay/s6-rc.d/*/run',
      '/etc/s6-overlay/s6-rc.d/*/finish',
      '/etc/s6-overlay/scripts/*',
      '/etc/s6-init/*',
      '/etc/s6/*/run',
    ],
  },
  {
    does: 'settings',
    format: 'execline',
    paths: ['/etc/s6-overlay/s6-rc.d/*/up', '/etc/s6-overlay/s6-rc.d/*/down'],
  },
  ...['/etc/fix-attrs.d/*', '/etc/s6-overlay/s6-rc.d/*/type'].map((path): Action => ({
    does: 'read',
    path,
  })),
];

const firstWords =
  (valued: string, then: (words: Fields) => readonly Action[]): Handler =>
  ([, ...args]) =>
    then(parseOptions(args, { valued: valued.split(' ') }).words);

const orElse = (words: Fields, others: Fields): Fields => (words.length > 0 ? words : others);

const RUNIT_FOLDERS = [
  '/etc/service',
  '/etc/sv',
  '/service',
  '/var/service',
  '/etc/runit/runsvdir/default',
];

/** The init of phusion/baseimage: scripts first, services then, a command beside them. */
const myInit: Handler = ([, ...args]) => {
  const { words } = parseOptions(args, { valued: ['--log-level'], stopAtWord: true });
  return [
    {
      does: 'run-all',
      paths: [
        '/etc/my_init.d/*',
        '/etc/my_init.pre_shutdown.d/*',
        '/etc/my_init.post_shutdown.d/*',
      ],
    },
    { does: 'script', path: '/etc/rc.local', args: [] },
    ...services(['/etc/service']),
    ...run(words),
  ];
};

/** The first process of a whole system, whichever it is. */
const INIT: readonly Action[] = [
  {
    does: 'settings',
    format: 'systemd',
    paths: [
      '/etc/systemd/system/*.service',
      '/etc/systemd/system/*.wants/*',
      '/etc/systemd/system/*.requires/*',
      '/usr/lib/systemd/system/*.wants/*.service',
      '/lib/systemd/system/*.wants/*.service',
    ],
  },
  { does: 'settings', format: 'inittab', paths: ['/etc/inittab'] },
  {
    does: 'run-all',
    paths: ['/etc/runlevels/*/*', '/etc/rc?.d/S*', '/etc/rcS.d/S*', '/etc/runit/1', '/etc/runit/2'],
  },
];

/** `service name start`, `rc-service name start`, `systemctl start name`. */
const service: Handler = ([program, ...args]) => {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [name = '', verb = ''] = program === 'systemctl' ? words.slice(1) : words;
  if (name === '') return [];
  const unit = name.replace(/\.service$/, '');
  return [
    ...run([`/etc/init.d/${unit}`, ...(verb === '' ? ['start'] : [verb])]),
    {
      does: 'settings',
      format: 'systemd',
      paths: ['/etc/systemd/system', '/lib/systemd/system', '/usr/lib/systemd/system'].map(
        (folder) => `${folder}/${unit}.service`,
      ),
    },
    // What the service is called is, as a rule, what it runs.
    ...run([unit]),
  ];
};

const CRON_SCRIPTS: Action = {
  does: 'run-all',
  paths: ['/etc/cron.{hourly,daily,weekly,monthly}/*', '/etc/periodic/*/*'].flatMap((path) =>
    path.includes('{')
      ? ['hourly', 'daily', 'weekly', 'monthly'].map((each) => `/etc/cron.${each}/*`)
      : [path],
  ),
};

const cron: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, { valued: ['-c', '-L', '-l', '-d', '-M', '-m', '-x'] });
  const own = valuesOf(parsed, '-c').map((folder) => `${folder}/*`);
  return [
    { does: 'settings', format: 'cron-with-user', paths: ['/etc/crontab', '/etc/cron.d/*'] },
    {
      does: 'settings',
      format: 'cron',
      paths: [
        ...own,
        '/etc/crontabs/*',
        '/var/spool/cron/crontabs/*',
        '/var/spool/cron/*',
        '/var/spool/cron/tabs/*',
      ],
    },
    CRON_SCRIPTS,
  ];
};

/** Programs that are given a table of jobs. */
const cronFile = (valued: string): Handler =>
  firstWords(valued, (words) => [{ does: 'settings', format: 'cron', paths: words }]);

const procfile: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued: '-f --procfile -d --root --app-root -e --env -m -c -p --port'.split(' '),
  });
  const [verb = 'start', ...rest] = parsed.words;
  const [folder] = valuesOf(parsed, '-d', '--root', '--app-root');
  if (verb === 'run') return run(rest, { folder });
  const given = valuesOf(parsed, '-f', '--procfile');
  return [
    {
      does: 'settings',
      format: 'procfile',
      paths: given.length > 0 ? given : ['Procfile'],
      folder,
    },
  ];
};

/** @see https://pm2.keymetrics.io/docs/usage/application-declaration/ */
const pm2: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued:
      '-i --instances -n --name --env --only --interpreter --node-args --cwd -o -e -l --log --max-memory-restart'.split(
        ' ',
      ),
  });
  const [first = '', ...rest] = parsed.words;
  const [file = '', ...more] = /^(start|restart|reload|startOrRestart|startOrReload)$/.test(first)
    ? rest
    : [first, ...rest];
  const [folder] = valuesOf(parsed, '--cwd');
  const [interpreter = 'node'] = valuesOf(parsed, '--interpreter');
  if (file === '')
    return [
      {
        does: 'settings',
        format: 'pm2',
        paths: ['ecosystem.config.js', 'ecosystem.config.cjs', 'ecosystem.json'],
      },
    ];
  if (/(\.json|\.ya?ml|(ecosystem|pm2|process)[\w.-]*\.[cm]?js|\.config\.[cm]?js)$/.test(file))
    return [{ does: 'settings', format: 'pm2', paths: [file], folder }];
  if (/\.(py|rb|php|pl)$/.test(file)) return [{ does: 'load', path: file }];
  if (file.endsWith('.sh')) return [{ does: 'script', path: file, args: more }];
  return /\.[cm]?[jt]sx?$/.test(file)
    ? run([interpreter, file, ...more], { folder })
    : run([file, ...more], { folder });
};

/** Programs that run what a file of the folder says, for the targets they are given. */
const recipes =
  (format: 'makefile' | 'justfile' | 'taskfile', names: readonly string[]): Handler =>
  ([, ...args]) => {
    const parsed = parseOptions(args, {
      valued: [
        '-f',
        '--file',
        '--makefile',
        '--justfile',
        '-C',
        '--directory',
        '-d',
        '--dir',
        '-t',
        '--taskfile',
        '-j',
      ],
    });
    const [folder] = valuesOf(parsed, '-C', '--directory', '-d', '--dir');
    const given = valuesOf(parsed, '-f', '--file', '--makefile', '--justfile', '-t', '--taskfile');
    return [
      {
        does: 'settings',
        format,
        paths: given.length > 0 ? given : names,
        names: parsed.words,
        folder,
      },
    ];
  };

export const supervisorCommands: Readonly<Record<string, Handler>> = {
  supervisord,
  's6-svscan': firstWords('-c -t -d -S -s -X', (words) => [
    ...services(orElse(words, ['.'])),
    ...S6_OVERLAY,
  ]),
  's6-overlay-suexec': () => S6_OVERLAY,
  's6-linux-init': () => S6_OVERLAY,
  's6-rc-init': () => S6_OVERLAY,
  'rc.init': () => S6_OVERLAY,
  runsvdir: firstWords('', (words) => services(orElse(words, RUNIT_FOLDERS))),
  'runsvdir-start': () => services(RUNIT_FOLDERS),
  'runit-init': () => [...INIT, ...services(RUNIT_FOLDERS)],
  runit: () => [...INIT, ...services(RUNIT_FOLDERS)],
  runsv: firstWords('', (words) => [
    { does: 'run-all', paths: words.flatMap((word) => [`${word}/run`, `${word}/log/run`]) },
  ]),
  svscan: firstWords('', (words) => services(orElse(words, ['/service']))),
  svscanboot: () => services(['/service']),
  my_init: myInit,
  init: () => [...INIT, ...S6_OVERLAY],
  systemd: () => INIT,
  openrc: () => INIT,
  service,
  'rc-service': service,
  systemctl: service,
  'invoke-rc.d': service,
  ...Object.fromEntries(
    ['cron', 'crond', 'cronie', 'fcron', 'anacron', 'bcron-start'].map((name) => [name, cron]),
  ),
  crontab: cronFile('-u'),
  supercronic: cronFile('-prometheus-listen-address -sentry-dsn'),
  yacron: firstWords('-c', () => []),
  'run-parts': firstWords('--arg -a --umask -u --regex', (words) => [
    { does: 'run-all', paths: words.slice(-1).map((word) => `${word}/*`) },
  ]),
  ...Object.fromEntries(
    ['foreman', 'honcho', 'hivemind', 'overmind', 'goreman', 'forego', 'shoreman', 'nf'].map(
      (name) => [name, procfile],
    ),
  ),
  pm2,
  'pm2-runtime': pm2,
  'pm2-docker': pm2,
  make: recipes('makefile', ['GNUmakefile', 'makefile', 'Makefile']),
  gmake: recipes('makefile', ['GNUmakefile', 'makefile', 'Makefile']),
  just: recipes('justfile', ['justfile', 'Justfile', '.justfile']),
  task: recipes('taskfile', ['Taskfile.yml', 'Taskfile.yaml', 'taskfile.yml', 'Taskfile.dist.yml']),
  rake: () => [{ does: 'load', path: 'Rakefile' }],
  puma: ([, ...args]) => [
    ...valuesOf(parseOptions(args, { valued: ['-C', '-b', '-p', '-e', '-t', '-w'] }), '-C').map(
      (path): Action => ({ does: 'load', path }),
    ),
    { does: 'load', path: 'config/puma.rb' },
    { does: 'load', path: 'config.ru' },
  ],
  unicorn: ([, ...args]) => [
    ...valuesOf(parseOptions(args, { valued: ['-c', '-p', '-E', '-l', '-o'] }), '-c').map(
      (path): Action => ({ does: 'load', path }),
    ),
    { does: 'load', path: 'config.ru' },
  ],
  rackup: ([, ...args]) =>
    orElse(parseOptions(args, { valued: ['-p', '-o', '-E', '-s'] }).words, ['config.ru']).map(
      (path): Action => ({ does: 'load', path }),
    ),
  plackup: ([, ...args]) =>
    orElse(parseOptions(args, { valued: ['-p', '-o', '-E', '-s', '-I', '-M', '-R'] }).words, [
      'app.psgi',
    ]).map((path): Action => ({ does: 'load', path })),
};
