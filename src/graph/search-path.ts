import type { Config } from '../oci/config.ts';

/** Folders where commands are looked for. */
export const searchPath = ({ runtime }: Pick<Config, 'runtime'>): string[] => {
  const value = runtime.env.find((pair) => pair.startsWith('PATH='))?.slice(5) ?? '';
  return [...new Set([...value.split(':'), ...DEFAULT_PATH])].filter((each) =>
    each.startsWith('/'),
  );
};

const DEFAULT_PATH = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];
