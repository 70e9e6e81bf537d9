import { toBytes } from '../../base/byte-path.ts';
import type { Found } from '../recording.ts';

/**
 * Reads `creport.json`, which slim and mint write of a container they watched: the files they would keep. `false` where the
 * document is another one.
 * @see https://github.com/slimtoolkit/slim/blob/master/pkg/report/container_report.go
 */
export const readCreport = (document: unknown, { add }: Found): boolean => {
  const files = memberOf(memberOf(document, 'image'), 'files');
  if (!Array.isArray(files)) return false;
  for (const file of files as unknown[]) {
    const path = memberOf(file, 'file_path');
    if (typeof path !== 'string' || !path.startsWith('/')) continue;
    const isStarted = memberOf(memberOf(file, 'flags'), 'X') === true;
    const isFolder = memberOf(file, 'file_type') === 'Dir';
    add({ path: toBytes(path), use: isFolder ? 'asked' : isStarted ? 'started' : 'opened' });
  }
  return true;
};

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
