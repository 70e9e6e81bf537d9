import type { RegistrySettings } from '../../api/registry-settings.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const DEFAULT_REGISTRY_SETTINGS: RegistrySettings = {
  attempts: 6,
  backoff: 500,
  backoffMax: 30 * SECOND,
  retryAfterMax: 5 * MINUTE,
  connectTimeout: 30 * SECOND,
  headersTimeout: 2 * MINUTE,
  finishTimeout: 15 * MINUTE,
  stallWindow: MINUTE,
  stallBytes: 64 * KiB,
  redirects: 5,
  answerSize: 4 * MiB,
  chunkSize: 32 * MiB,
  pages: 10_000,
  parallel: 4,
};
