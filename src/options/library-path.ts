import type { LibraryPath } from './option.ts';

/** The value of a library option, `upx.goal` being `goal` of the object `upx`. */
export const valueAt = (options: object, path: LibraryPath): unknown => {
  const [name = '', part] = path.split('.');
  const value = (options as Record<string, unknown>)[name];
  if (part === undefined) return value;
  return typeof value === 'object' ? (value as Record<string, unknown>)[part] : undefined;
};
