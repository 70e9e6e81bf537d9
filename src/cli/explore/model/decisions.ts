import type { ExploredMinimal } from '../../../index.ts';
import { FILTERS } from './choices.ts';
import { openFiles } from './files.ts';
import { choose, type State } from './state.ts';

/** What it is once level `minimal` is decided. */
export const decided = (state: State, minimal: ExploredMinimal): State =>
  choose(
    { ...state, isDeciding: false, request: undefined },
    { files: openFiles({ ...state.files.image, minimal }) },
  );

/** What it is where level `minimal` cannot be decided: nothing asks for that any more. */
export const undecided = (state: State, reason: string): State =>
  choose(
    { ...state, isDeciding: false, request: undefined, message: `minimal: ${reason}` },
    {
      ...(state.level === 'minimal' && { level: 'lean' }),
      ...(state.filter.needsMinimal && { filter: FILTERS[0] }),
    },
  );
