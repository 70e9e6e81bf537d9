export { cacheFolder } from './cache/cache-folder.ts';
export {
  keptFiles as keptInCache,
  pruneTo as pruneCache,
  type KeptFile,
} from './cache/kept-files.ts';
export { copy } from './copy.ts';
export { inspect } from './inspect.ts';
export { login, logout } from './registry-login.ts';
export { slim } from './slim.ts';
export { validate } from './validate.ts';
export { ReslimError } from './errors.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export { readSettingsFile } from './rules/settings-file.ts';
export type { ErrorCode } from './errors.ts';
export type { EventListener, ReslimEvent, Stage } from './events.ts';
export type { Limits } from './limits.ts';
export type { Digest } from './oci/digest.ts';
export type { Compression } from './oci/media-type.ts';
export type { Squash } from './plan/plan.ts';
export type { Level } from './rules/rule.ts';
export type { Finding, FindingCode } from './validate/finding.ts';
export type { ValidateOptions, ValidateResult } from './validate.ts';
export type { Settings } from './rules/settings-file.ts';
export type {
  CategoryTotal,
  CopyOptions,
  CopyResult,
  DroppedPath,
  Explanation,
  FileTransform,
  ImageReport,
  ImageSize,
  InspectedImage,
  InspectedReferrer,
  InspectOptions,
  InspectResult,
  NamedDigest,
  NetworkOptions,
  SlimOptions,
  SlimResult,
  UpxGoal,
  UpxOptions,
} from './slim-types.ts';
