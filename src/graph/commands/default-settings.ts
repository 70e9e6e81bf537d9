import { STAR } from '../word.ts';
import type { Action, CommandContext } from './action.ts';

/**
 * Settings that a program reads without being told to: those in the usual places by its name, and those of
 * some programs in places of their own. They name files and start programs as scripts do.
 */
export const defaultSettings = (name: string, context: CommandContext): readonly Action[] => {
  if (!/^[a-z][\w.-]{2,40}$/.test(name)) return [];
  const program = name.replace(/[\d.]+$/, '');
  const own = Object.hasOwn(SETTINGS, program) ? (SETTINGS[program] as string) : '';
  const usual = [...ENDINGS.map((end) => `/etc/${name}${end}`), ...inFolder(name)];
  return [...own.split(' ').filter((path) => path !== ''), ...usual].map((path) => ({
    does: 'read',
    path: path.replace(/^~/, context.variable('HOME') ?? '/root').replaceAll('*', STAR),
  }));
};

const ENDINGS = ['.conf', '.cfg', '.cnf', '.ini', '.toml', '.yaml', '.yml', '.json'];

const inFolder = (name: string): string[] => [
  ...ENDINGS.map((end) => `/etc/${name}/${name}${end}`),
  `/etc/${name}/conf.d/*.conf`,
];

const APACHE =
  '/etc/apache2/apache2.conf /etc/apache2/envvars /etc/apache2/ports.conf /etc/apache2/*-enabled/* /etc/apache2/conf.d/*.conf ' +
  '/etc/apache2/httpd.conf /usr/local/apache2/conf/httpd.conf /usr/local/apache2/conf/extra/*.conf ' +
  '/etc/httpd/conf/httpd.conf /etc/httpd/conf*.d/*.conf';

const PHP =
  '/usr/local/etc/php/php.ini /usr/local/etc/php/conf.d/*.ini /etc/php*/php.ini /etc/php*/conf.d/*.ini /etc/php/*/*/php.ini ' +
  '/etc/php/*/*/conf.d/*.ini /etc/php.d/*.ini';

const MYSQL = '/etc/my.cnf /etc/my.cnf.d/*.cnf /etc/mysql/*.cnf /etc/mysql/*.d/*.cnf';

/** By the program's name without a version. */
const SETTINGS: Readonly<Record<string, string>> = {
  apache: APACHE,
  'apache2-foreground': APACHE,
  apache2ctl: APACHE,
  apachectl: APACHE,
  caddy: '/etc/caddy/Caddyfile',
  chronyd: '/etc/chrony/chrony.conf /etc/chrony.conf /etc/chrony/*.d/*',
  git: '/etc/gitconfig ~/.gitconfig ~/.config/git/config',
  haproxy: '/usr/local/etc/haproxy/haproxy.cfg',
  httpd: APACHE,
  'httpd-foreground': APACHE,
  mariadbd: MYSQL,
  mysqld: MYSQL,
  named: '/etc/bind/named.conf* /etc/named.conf',
  nginx:
    '/etc/nginx/http.d/*.conf /etc/nginx/sites-enabled/* /etc/nginx/modules-enabled/*.conf /usr/local/nginx/conf/*.conf ' +
    '/usr/local/openresty/nginx/conf/*.conf /opt/bitnami/nginx/conf/*.conf',
  openresty: '/usr/local/openresty/nginx/conf/*.conf /etc/nginx/conf.d/*.conf',
  php: PHP,
  'php-fpm': `${PHP} /usr/local/etc/php-fpm.conf /usr/local/etc/php-fpm.d/*.conf /etc/php-fpm.conf /etc/php-fpm.d/*.conf /etc/php*/php-fpm*`,
  postfix: '/etc/postfix/main.cf /etc/postfix/master.cf',
  smbd: '/etc/samba/smb.conf',
  sshd: '/etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf',
};
