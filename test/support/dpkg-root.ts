import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './run.ts';
import { tempFolder } from './temp-folder.ts';

export interface Deb {
  readonly name: string;
  /** Contents by path; `-> target` is a symlink. What lies in `etc` is a settings file. */
  readonly files: Readonly<Record<string, string>>;
  readonly fields?: string;
}

/** A folder with an empty database of dpkg. */
export const dpkgRoot = async (): Promise<string> => {
  const root = tempFolder();
  for (const folder of ['info', 'updates', 'triggers'])
    await mkdir(join(root, 'var/lib/dpkg', folder), { recursive: true });
  await writeFile(join(root, 'var/lib/dpkg/status'), '');
  return root;
};

/** Lets dpkg install packages there. */
export const installDebs = async (
  root: string,
  debs: readonly Deb[],
  options: readonly string[] = [],
): Promise<void> => {
  const built = await Promise.all(debs.map(buildDeb));
  await run('dpkg', [`--root=${root}`, ...options, '--install', ...built]);
};

const buildDeb = async ({ name, files, fields = '' }: Deb): Promise<string> => {
  const folder = tempFolder();
  const put = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    if (content.startsWith('-> ')) await symlink(content.slice(3), join(folder, path));
    else await writeFile(join(folder, path), content, { mode: 0o644 });
  };
  for (const [path, content] of Object.entries(files)) await put(path, content);
  const paths = Object.keys(files);
  const settings = paths.filter((path) => path.startsWith('etc/'));
  const summed = paths.filter(
    (path) => !settings.includes(path) && !files[path]?.startsWith('-> '),
  );
  const sums = summed.map((path) => `${md5(files[path] ?? '')}  ${path}\n`);
  await put(
    'DEBIAN/control',
    `Package: ${name}\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: A <a@example.org>\n${fields}Description: short\n and long.\n`,
  );
  await put('DEBIAN/md5sums', sums.join(''));
  if (settings.length > 0)
    await put('DEBIAN/conffiles', settings.map((path) => `/${path}\n`).join(''));
  const deb = join(tempFolder(), `${name}.deb`);
  await run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', folder, deb]);
  return deb;
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
