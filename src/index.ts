export { cacheFolder } from './cache/cache-folder.ts';
export { stateFolder } from './state/state-folder.ts';
export {
  keptFiles as keptInCache,
  pruneTo as pruneCache,
  type KeptFile,
} from './cache/kept-files.ts';
export { advise } from './operations/advise.ts';
export { check } from './operations/check.ts';
export { copy } from './operations/copy.ts';
export { deleteImages } from './operations/delete-images.ts';
export { composeIndex } from './operations/compose-index.ts';
export { diff } from './operations/diff.ts';
export { explore } from './operations/explore.ts';
export { exporter, scrape } from './operations/exporter.ts';
export { inspect } from './operations/inspect.ts';
export { mirror } from './operations/mirror.ts';
export { mirrorStatus } from './operations/mirror-status.ts';
export { worker } from './operations/worker.ts';
export { login, logout } from './operations/login.ts';
export { openHosts } from './operations/open-hosts.ts';
export { openRuntime } from './operations/runtime.ts';
export { rebase } from './operations/rebase.ts';
export { slim } from './operations/slim.ts';
export { trace } from './operations/trace.ts';
export { tags } from './operations/tags.ts';
export { trend } from './operations/trend.ts';
export { validate } from './operations/validate.ts';
export { verify } from './operations/verify.ts';
export { watchMirror } from './operations/watch-mirror.ts';
export { ReslimError } from './base/errors.ts';
export { DEFAULT_LIMITS } from './base/limits.ts';
export type { ErrorCode, ErrorOrigin } from './base/errors.ts';
export type { EventListener, ReslimEvent, Stage } from './api/events.ts';
export type { IndexEntry, IndexOptions, IndexResult } from './api/image-index.ts';
export type { ImageEdits } from './api/edits.ts';
export type { RebasedImage, RebaseOptions, RebaseProblem, RebaseResult } from './api/rebase.ts';
export type {
  DeletedImage,
  DeleteOptions,
  DeleteResult,
  ListedTag,
  TagsOptions,
  TagsResult,
} from './api/repository.ts';
export type { AppliedEdit, EditedMember } from './oci/document-edits.ts';
export type { Limits } from './base/limits.ts';
export type { Digest } from './oci/digest.ts';
export type { Compression } from './oci/media-type.ts';
export type { CacheLocation, Runtime, RuntimeOptions } from './api/runtime.ts';
export type {
  DiffPart,
  Level,
  RuleLevel,
  Squash,
  TrendOrder,
  UpxGoal,
  VerifyCheck,
} from './api/vocabulary.ts';
export type { Finding, FindingCode } from './api/finding.ts';
export type {
  Amount,
  Budget,
  CheckCause,
  CheckedImage,
  CheckOutcome,
  CheckResult,
  CheckRule,
} from './api/check.ts';
export type {
  AdviseOptions,
  CheckOptions,
  CopyOptions,
  DiffOptions,
  InspectOptions,
  Login,
  NetworkOptions,
  RunOptions,
  SlimOptions,
  TraceOptions,
  TrendOptions,
  UpxOptions,
  ValidateOptions,
  VerifyOptions,
  VerifyTrials,
  WriteOptions,
} from './api/options.ts';
export type { TracedRun, TraceResult } from './api/trace.ts';
export type { FileDecision, FileList, ListedFile } from './api/file-list.ts';
export type {
  AttributeChange,
  AttributeKind,
  DiffResult,
  DiffSide,
  Download,
  FileChange,
  FileChangeKind,
  FileTotal,
  FileType,
  ImageDiff,
  LayerChange,
  PackageChange,
  SizeChange,
  StepChange,
  UnpairedImage,
  ValueChange,
} from './api/diff.ts';
export type {
  Decision,
  ExploredImage,
  ExploredMinimal,
  ExploredTree,
  ExploreOptions,
} from './api/explored.ts';
export type { MinimalFindings, OpenUse, UseReport } from './api/use.ts';
export type { FoundSecret } from './api/found-secret.ts';
export type { NamedDigest } from './api/named-digest.ts';
export type {
  CategoryTotal,
  CopyResult,
  DroppedPath,
  Explanation,
  FileTransform,
  ImageReport,
  ImageSize,
  InspectedImage,
  InspectedReferrer,
  InspectResult,
  SlimResult,
  SourceListing,
  ValidateResult,
} from './api/results.ts';
export type {
  Advice,
  AdviceEdit,
  AdvicePlace,
  AdvisedDockerfile,
  AdvisedImage,
  AdviseResult,
} from './api/advice.ts';
export type {
  AnalyzedFile,
  AnalyzedLayer,
  AnalyzedPackage,
  ImageAnalysis,
  LevelSavings,
  PrivilegedFile,
  SizedName,
  Waste,
  WastedFile,
  WasteReason,
} from './api/analysis.ts';
export type {
  ChangedFile,
  VerifiedImage,
  VerifiedTrial,
  VerifyDifference,
  VerifyOutcome,
  VerifyResult,
} from './api/verify.ts';
export type { LeftOutTag, PlatformTrend, TrendPoint, TrendResult } from './api/trend.ts';
export type { ExporterOptions, Labels, LogEntry, WatchedRepository } from './api/exporter.ts';
export type { Hosts, HostsOptions, Pace, Rate } from './api/hosts.ts';
export type { WatchMirrorOptions } from './api/mirror-watch.ts';
export type {
  DeletedTag,
  DeleteGone,
  HostLimits,
  HostPolicy,
  HostTraffic,
  MirrorEntry,
  MirrorJob,
  MirrorJobSettings,
  MirrorOptions,
  MirrorOutcome,
  MirrorProgress,
  MirrorResult,
  MirrorSchedule,
  MirrorSettings,
  MirrorSlimOptions,
  MirrorStatus,
} from './api/mirror.ts';
export type {
  MirrorStatusOptions,
  QueueCounts,
  QueuedFailure,
  QueueStatus,
} from './api/queue-status.ts';
export type { WorkerOptions } from './api/worker.ts';
