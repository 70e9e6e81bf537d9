import { joinPath } from '../paths.ts';
import type { Trace, Where } from './state.ts';

/** What scripts write into a file, while they run. */
export const madeTexts = (
  { made }: Pick<Trace, 'made'>,
  path: string,
  { folders }: Pick<Where, 'folders'>,
): readonly string[] => made.get(joinPath(folders[0] ?? '/', path)) ?? [];
