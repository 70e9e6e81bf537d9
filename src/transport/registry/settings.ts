import type { RegistrySettings } from '../../api/registry-settings.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const DEFAULT_REGISTRY_SETTINGS: RegistrySettings = {
  attempts: 6,
  backoff: SECOND / 2,
  backoffMax: 30 * SECOND,
  requestTimeout: 90 * SECOND,
  connectTimeout: 20 * SECOND,
  headersTimeout: 30 * SECOND,
  storeRate: 10 * MiB,
  finishTimeout: 15 * MINUTE,
  stallWindow: 30 * SECOND,
  // 4 KiB a second: four transfers at once on the slowest links that are still of use.
  stallBytes: 120 * KiB,
  redirects: 5,
  answerSize: 4 * MiB,
  chunkSize: 32 * MiB,
  pages: 10_000,
  parallel: 4,
};
