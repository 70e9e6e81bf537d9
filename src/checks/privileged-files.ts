import type { PrivilegedFile } from '../api/analysis.ts';
import { SETUID_SETGID } from '../api/vocabulary.ts';
import { showPath } from '../base/byte-path.ts';
import { pathOf, type Node } from '../tree/node.ts';

/** The files among nodes that run with the rights of their owner or group. */
export const privilegedFiles = (nodes: readonly Node[]): PrivilegedFile[] =>
  nodes.flatMap((node) => {
    const { entry, layer } = node;
    if (entry?.type !== 'file' || (entry.mode & SETUID_SETGID) === 0) return [];
    const path = showPath(pathOf(node));
    return [{ path, size: entry.bodySize, layer: layer + 1, mode: entry.mode.toString(8) }];
  });
