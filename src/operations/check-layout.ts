import type { SlimOptions } from '../api/options.ts';
import { MOST_LAYERS } from '../api/vocabulary.ts';
import { ReslimError } from '../base/errors.ts';

type LayoutOptions = Pick<SlimOptions, 'squash' | 'base' | 'whiteouts' | 'layers' | 'previous'>;

/** Throws `usage` for options of the new layers that have no effect, or that contradict each other. */
export const checkLayout = ({ squash, base, whiteouts, layers, previous }: LayoutOptions): void => {
  if (layers !== undefined && squash !== undefined && squash !== 'all')
    throw new ReslimError('usage', `--layers and --squash ${squash} cannot both be given`, {
      hint: 'docs/layering.md says when to use which',
    });
  if (typeof layers === 'number' && (layers < 1 || layers > MOST_LAYERS))
    throw new ReslimError('usage', `--layers ${layers}: from 1 to ${MOST_LAYERS} can be made`);
  if (squash !== 'base' && base !== undefined) throw idle('base', '--squash base');
  if (squash !== 'base' && whiteouts) throw idle('whiteouts', '--squash base');
  if (layers === undefined && previous !== undefined) throw idle('previous', '--layers');
};

const idle = (name: string, without: string): ReslimError =>
  new ReslimError('usage', `--${name} has no effect without ${without}`);
