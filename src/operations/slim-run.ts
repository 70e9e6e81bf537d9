import type { SlimOptions } from '../api/options.ts';
import type { Cache } from '../cache/cache.ts';
import type { Reference } from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
import type { PlanOptions } from '../plan/plan-slim.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Transformer } from '../transform/transform.ts';
import type { SessionSource } from './open-places.ts';
import { plainLayersAs } from './plain-layers.ts';
import type { Session } from './session.ts';

/** What a slim has for all its images. */
export interface SlimRun {
  readonly session: Session;
  readonly options: SlimOptions;
  readonly rules: RuleBook;
  readonly transformer: Transformer;
  readonly source: SessionSource;
  readonly target: ImageTarget;
  readonly plan: PlanOptions;
  readonly cache: Cache | undefined;
}

/** The options of a slim that decide how its new layers are laid out and stored. */
export const slimPlanOptions = (
  { squash, compression, compressionLevel, timestamp }: SlimOptions,
  source: Reference['kind'],
  target: Reference['kind'] | undefined,
): PlanOptions => ({
  squash: squash ?? 'all',
  compression: compression ?? 'keep',
  plainAs: plainLayersAs(source, target),
  recompress: compressionLevel !== undefined,
  timestamp,
});
