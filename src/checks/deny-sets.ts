import { ReslimError } from '../base/errors.ts';

const inBin = (...names: readonly string[]): string => `**/{bin,sbin,libexec}/{${names.join()}}`;

/** Sets of files that can be denied by name. */
const DENY_SETS: Readonly<Record<string, readonly string[]>> = {
  compilers: [
    inBin('cc', 'c++', 'c89', 'c99', 'gcc', 'g++', 'gcc-[0-9]*', 'g++-[0-9]*', '*-gcc', '*-g++'),
    inBin('*-gcc-[0-9]*', '*-g++-[0-9]*', 'clang', 'clang++', 'clang-[0-9]*', 'tcc', 'gfortran'),
    inBin('gfortran-[0-9]*', 'gnat', 'ghc', 'rustc', 'javac', 'kotlinc', 'scalac', 'nvcc', 'dmd'),
    inBin('ldc2', 'zig', 'nim', 'crystal', 'swiftc', 'valac', 'fpc', 'csc', 'mcs', 'tsc'),
    '**/go/bin/go',
    '**/go/pkg/tool/*/compile',
    '**/cc1',
    '**/cc1plus',
  ],
  'build-tools': [
    inBin('make', 'gmake', 'cmake', 'ninja', 'meson', 'scons', 'bazel', 'autoconf', 'automake'),
    inBin(
      'libtool',
      'm4',
      'bison',
      'flex',
      'ld',
      'ld.bfd',
      'ld.gold',
      'as',
      'cargo',
      'mvn',
      'gradle',
    ),
    inBin('*-ld', '*-as', 'pkg-config', 'pkgconf', 'git', 'svn', 'hg'),
  ],
  shells: [
    inBin('sh', 'bash', 'rbash', 'dash', 'ash', 'zsh', 'ksh', 'ksh93', 'mksh', 'fish', 'csh'),
    inBin('tcsh', 'yash', 'busybox', 'busybox.*', 'toybox', 'pwsh'),
  ],
  'package-managers': [
    inBin('apt', 'apt-get', 'aptitude', 'dpkg', 'apk', 'yum', 'dnf', 'dnf-3', 'dnf5', 'microdnf'),
    inBin(
      'rpm',
      'tdnf',
      'zypper',
      'pacman',
      'opkg',
      'xbps-install',
      'emerge',
      'nix',
      'snap',
      'brew',
    ),
    inBin('pip', 'pip[0-9]*', 'pipx', 'pipenv', 'poetry', 'uv', 'conda', 'mamba', 'micromamba'),
    inBin('npm', 'npx', 'yarn', 'yarnpkg', 'pnpm', 'corepack', 'bun', 'gem', 'bundle', 'bundler'),
    inBin('composer', 'composer.phar', 'cpan', 'cpanm', 'luarocks', 'cargo'),
  ],
  'network-tools': [
    inBin(
      'curl',
      'wget',
      'nc',
      'nc.openbsd',
      'nc.traditional',
      'ncat',
      'netcat',
      'socat',
      'telnet',
    ),
    inBin('ssh', 'scp', 'sftp', 'ftp', 'rsync', 'nmap', 'tcpdump', 'dig', 'nslookup'),
  ],
  // What the image hides badly counts as well, see `judgeBudget`.
  secrets: [
    '**/.env',
    '**/.env.{local,production,prod,staging,development,dev}',
    '**/{id_rsa,id_dsa,id_ecdsa,id_ed25519}',
    '**/.git-credentials',
    '**/.netrc',
    '**/.pypirc',
    '**/.npmrc',
    '**/.yarnrc.yml',
    '**/.pgpass',
    '**/.my.cnf',
    '**/.htpasswd',
    '**/.aws/credentials',
    '**/.azure/{accessTokens.json,msal_token_cache.json}',
    '**/.config/gcloud/**',
    '**/.docker/config.json',
    '**/.kube/config',
    '**/.m2/settings.xml',
    '**/.cargo/credentials{,.toml}',
    '**/.gem/credentials',
    '**/{application_default_credentials,service-account,service_account}.json',
    '**/*.{p12,pfx,keystore,kdbx}',
    '**/terraform.tfstate',
  ],
};

/** The globs that an entry of `deny` stands for. Throws `usage` for a word that is neither a glob nor a set. */
export const globsOf = (entry: string): readonly string[] => {
  if (Object.hasOwn(DENY_SETS, entry)) return DENY_SETS[entry] as readonly string[];
  if (entry.includes('/')) return [entry];
  throw new ReslimError('usage', `deny knows no set ${JSON.stringify(entry)}`, {
    hint: `write a glob that begins with "/" or "**/", or one of: ${Object.keys(DENY_SETS).join(', ')}`,
  });
};
