import type { Files } from './fact-image.ts';

export interface DpkgPackage {
  readonly name: string;
  readonly files: Files;
  readonly depends?: string;
  readonly recommends?: string;
  readonly provides?: string;
  readonly essential?: true;
  readonly auto?: true;
}

/** The files of packages with the database that dpkg and apt would have of them. */
export const dpkgFiles = (packages: readonly DpkgPackage[], others: Files = {}): Files => ({
  'usr/share/zoneinfo/UTC': 'TZif',
  ...Object.assign({}, ...packages.map(({ files }) => files)),
  ...Object.fromEntries(
    packages.map(({ name, files }) => [
      `var/lib/dpkg/info/${name}.list`,
      ['/.', ...listed(Object.keys(files))].map((path) => `${path}\n`).join(''),
    ]),
  ),
  ...Object.fromEntries(packages.map(({ name }) => [`var/lib/dpkg/info/${name}.md5sums`, 'x\n'])),
  'var/lib/dpkg/status': packages.map(paragraph).join('\n'),
  'var/lib/apt/extended_states': packages
    .filter(({ auto }) => auto)
    .map(({ name }) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n`)
    .join('\n'),
  ...others,
});

const listed = (paths: readonly string[]): string[] => {
  const all = new Set<string>();
  for (const path of paths)
    for (const { index } of path.matchAll(/\/|$/g)) all.add(`/${path.slice(0, index)}`);
  return [...all].sort();
};

const paragraph = ({ name, depends, recommends, provides, essential }: DpkgPackage): string =>
  [
    `Package: ${name}`,
    'Status: install ok installed',
    ...(essential ? ['Essential: yes'] : []),
    'Architecture: amd64',
    'Version: 1.0-1',
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    ...(recommends === undefined ? [] : [`Recommends: ${recommends}`]),
    ...(provides === undefined ? [] : [`Provides: ${provides}`]),
    'Description: short',
    ' and long.',
    '',
  ].join('\n');
