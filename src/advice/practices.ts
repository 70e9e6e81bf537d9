import type { Practice } from './practice.ts';
import { aptNoRecommends } from './practices/apt-no-recommends.ts';
import { buildStage } from './practices/build-stage.ts';
import { cleanApt } from './practices/clean-apt.ts';
import { cleanCaches } from './practices/clean-caches.ts';
import { copyChown } from './practices/copy-chown.ts';
import { devDependencies } from './practices/dev-dependencies.ts';
import { deleteWhereMade } from './practices/delete-where-made.ts';
import { dockerignore } from './practices/dockerignore.ts';
import { mergeRuns } from './practices/merge-runs.ts';
import { oldBase } from './practices/old-base.ts';
import { pinBase } from './practices/pin-base.ts';
import { pinPackages } from './practices/pin-packages.ts';
import { scratchBase } from './practices/scratch-base.ts';
import { slimmerBase } from './practices/slimmer-base.ts';
import { stripBinaries } from './practices/strip-binaries.ts';

/** Every practice that reslim looks for. */
export const PRACTICES: readonly Practice[] = [
  cleanApt,
  ...cleanCaches,
  mergeRuns,
  deleteWhereMade,
  copyChown,
  aptNoRecommends,
  buildStage,
  devDependencies,
  dockerignore,
  slimmerBase,
  scratchBase,
  stripBinaries,
  pinBase,
  oldBase,
  pinPackages,
];
