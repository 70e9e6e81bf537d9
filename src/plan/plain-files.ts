import { fileContent } from '../layer/file-content.ts';
import type { Layer } from '../layer/layer.ts';
import type { Replacements } from './plan.ts';

/**
 * Contents of the files whose entries no runtime unpacks: old GNU sparse files and contiguous ones. With them as
 * replacements, the files are written as plain ones. Nothing is read before it is written.
 */
export const plainFiles = (layers: readonly Layer[]): Replacements =>
  new Map(
    layers.flatMap(({ entries, bytes }) =>
      entries.flatMap((entry) => {
        const content = entry.oldForm && fileContent(bytes, entry);
        return content ? [[entry, content] as const] : [];
      }),
    ),
  );
