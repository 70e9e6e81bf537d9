import { hasOption, operandsOf, verbOf, type Command } from '../shell/commands.ts';

/** A cache that a tool fills while it installs, and how to leave it out of the layer. */
export interface CacheKind {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** Absolute paths of files in it. */
  readonly files: RegExp;
  /** Whether a command fills it. */
  readonly isFilledBy: (command: Command) => boolean;
  /** An option after the verb that leaves it empty. */
  readonly option?: string | undefined;
  /** A command that empties it, to run after those that fill it. */
  readonly clean?: string | undefined;
  /** With BuildKit it can be kept outside of the image: `RUN --mount=type=cache,target=…`. */
  readonly mount?: string | undefined;
}

const runs =
  (programs: RegExp, verbs: RegExp) =>
  (command: Command): boolean =>
    programs.test(command.program) && verbs.test(verbOf(command)?.value ?? '');

const isPip = (command: Command): boolean => {
  if (/^pip[\d.]*$/.test(command.program))
    return /^(install|wheel|download)$/.test(verbOf(command)?.value ?? '');
  if (!/^python[\d.]*$/.test(command.program) || !hasOption(command, '-m')) return false;
  const [module, verb] = [verbOf(command), operandsOf(command)[0]];
  return module?.value === 'pip' && /^(install|wheel|download)$/.test(verb?.value ?? '');
};

const HOME = String.raw`^/(?:root|home/[^/]+)`;

export const CACHE_KINDS: readonly CacheKind[] = [
  {
    id: 'apk-no-cache',
    title: 'Install with apk add --no-cache',
    source: 'https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper#Add_a_package',
    files: /^\/(var\/cache\/apk|etc\/apk\/cache)\/./,
    isFilledBy: runs(/^apk$/, /^(add|update|upgrade|fetch)$/),
    option: '--no-cache',
  },
  {
    id: 'pip-no-cache',
    title: 'Install with pip --no-cache-dir',
    source: 'https://pip.pypa.io/en/stable/topics/caching/#disabling-caching',
    files: new RegExp(String.raw`${HOME}/\.cache/pip/`),
    isFilledBy: isPip,
    option: '--no-cache-dir',
    mount: '/root/.cache/pip',
  },
  {
    id: 'clean-npm',
    title: 'Clean the cache of npm in the same RUN',
    source: 'https://docs.npmjs.com/cli/v11/commands/npm-cache',
    files: new RegExp(String.raw`${HOME}/\.npm/_(cacache|npx|logs|prebuilds)/`),
    isFilledBy: ({ program }) => /^(npm|npx)$/.test(program),
    clean: 'npm cache clean --force',
    mount: '/root/.npm',
  },
  {
    id: 'clean-yarn',
    title: 'Clean the cache of Yarn in the same RUN',
    source: 'https://yarnpkg.com/cli/cache/clean',
    files: new RegExp(
      String.raw`(^/usr/local/share/\.cache/yarn/|${HOME}/(\.cache/yarn|\.yarn/berry/cache)/)`,
    ),
    isFilledBy: runs(/^yarn(pkg)?$/, /^(install|add|global|.{0})$/),
    clean: 'yarn cache clean --all',
    mount: '/usr/local/share/.cache/yarn',
  },
  {
    id: 'clean-dnf',
    title: 'Clean the cache of dnf in the same RUN',
    source: 'https://dnf.readthedocs.io/en/latest/command_ref.html#clean-command',
    files: /^\/var\/cache\/(dnf|yum|libdnf5)\/./,
    isFilledBy: runs(
      /^(dnf[\d-]*|microdnf|yum)$/,
      /^(install|update|upgrade|makecache|reinstall|group|module)$/,
    ),
    clean: 'dnf clean all',
  },
  {
    id: 'clean-zypper',
    title: 'Clean the cache of zypper in the same RUN',
    source: 'https://en.opensuse.org/SDB:Zypper_manual',
    files: /^\/var\/cache\/zypp\/./,
    isFilledBy: runs(/^zypper$/, /^(in|install|up|update|dup|ref|refresh|patch)$/),
    clean: 'zypper clean --all',
  },
  {
    id: 'clean-pacman',
    title: 'Clean the cache of pacman in the same RUN',
    source: 'https://wiki.archlinux.org/title/Pacman#Cleaning_the_package_cache',
    files: /^\/var\/(cache\/pacman\/pkg|lib\/pacman\/sync)\/./,
    isFilledBy: ({ program }) => program === 'pacman',
    clean: 'rm -rf /var/cache/pacman/pkg/* /var/lib/pacman/sync/*',
  },
  {
    id: 'clean-composer',
    title: 'Clean the cache of Composer in the same RUN',
    source: 'https://getcomposer.org/doc/03-cli.md#clear-cache-clearcache-cc',
    files: new RegExp(
      String.raw`${HOME}/(\.composer/cache|\.cache/composer)/|^/tmp/cache/(files|repo)/`,
    ),
    isFilledBy: runs(/^composer(\.phar)?$/, /^(install|update|require|create-project|global)$/),
    clean: 'composer clear-cache',
    mount: '/root/.composer/cache',
  },
  {
    id: 'clean-conda',
    title: 'Clean the cache of conda in the same RUN',
    source: 'https://docs.conda.io/projects/conda/en/stable/commands/clean.html',
    files: /\/(?:mini|micro|ana)?(?:conda|forge|mamba)\d?\/pkgs\/./,
    isFilledBy: runs(/^(conda|mamba|micromamba)$/, /^(install|create|update|env)$/),
    clean: 'conda clean --all --force-pkgs-dirs --yes',
    mount: '/opt/conda/pkgs',
  },
  {
    id: 'mount-go-cache',
    title: 'Keep the caches of Go outside of the image',
    source: 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    files: new RegExp(String.raw`${HOME}/(\.cache/go-build|go/pkg/mod)/|^/go/pkg/mod/`),
    isFilledBy: runs(/^go$/, /^(mod|build|install|get|test|run|generate|vet)$/),
    mount: '/root/.cache/go-build',
  },
  {
    id: 'mount-cargo-cache',
    title: 'Keep the cache of Cargo outside of the image',
    source: 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    files: new RegExp(String.raw`(${HOME}/\.cargo|^/usr/local/cargo)/(registry|git)/`),
    isFilledBy: runs(/^cargo$/, /^(build|b|install|fetch|test|t|check|run|r|\+.*)$/),
    mount: '/usr/local/cargo/registry',
  },
  {
    id: 'mount-maven-cache',
    title: 'Keep the repository of Maven outside of the image',
    source: 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    files: new RegExp(String.raw`${HOME}/\.m2/(repository|wrapper)/`),
    isFilledBy: ({ program }) => /^(mvnw?|mvnd)$/.test(program),
    mount: '/root/.m2',
  },
  {
    id: 'mount-gradle-cache',
    title: 'Keep the caches of Gradle outside of the image',
    source: 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    files: new RegExp(String.raw`${HOME}/\.gradle/`),
    isFilledBy: ({ program }) => /^gradlew?$/.test(program),
    mount: '/root/.gradle',
  },
];

/** apt has its lists from one `RUN` and needs them in the next, so that it is a practice of its own. */
export const APT_CACHE: RegExp = /^\/var\/(lib\/apt\/lists|cache\/apt)\/./;

export const isInKnownCache = (path: string): boolean =>
  APT_CACHE.test(path) || CACHE_KINDS.some(({ files }) => files.test(path));
