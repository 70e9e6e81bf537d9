import type { Digest } from '../oci/digest.ts';
import type { ImageEdits } from './edits.ts';
import type { ReslimEvent } from './events.ts';
import type { HostLimits, HostPolicy, HostTraffic } from './hosts.ts';
import type { RunOptions, SlimOptions, WriteOptions } from './options.ts';
import type { TrendOrder } from './vocabulary.ts';

export type { HostLimits, HostPolicy, HostTraffic };

/** Options of `mirror`. Times are milliseconds. */
export interface MirrorOptions extends Omit<RunOptions, 'platform'> {
  /** What is mirrored: from where, to where, which tags, and how. */
  readonly entries: readonly MirrorEntry[];
  /** Entries that have their turn in other runs. Nothing is deleted where they may bring images to. @default none */
  readonly others?: readonly MirrorEntry[] | undefined;
  /** How hosts are treated, by `name` or `name:port`. @default what the host itself asks for */
  readonly hosts?: Readonly<Record<string, HostPolicy>> | undefined;
  /** Find out what would be done, write nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Images that are worked on at once. @default 4 */
  readonly concurrency?: number | undefined;
  /** How often an image is tried before it counts as failed. @default 3 */
  readonly attempts?: number | undefined;
  /** Delay before the second attempt; doubles with each one. @default 5000 */
  readonly backoff?: number | undefined;
  /**
   * `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]` (`rediss` with TLS): workers of this queue do the images. Profiles and
   * other files that options name must be where they are. A dry run uses none. @default this process does them
   */
  readonly queue?: string | undefined;
  /**
   * Folder where it is remembered since when tags have their digests, for `minAge`, and where runs beside each other see who
   * works on which target; with `queue` its server has both. @default neither
   */
  readonly state?: string | undefined;
  /** When it fires no more images are begun, and those under way end; then it rejects with `aborted`. */
  readonly drain?: AbortSignal | undefined;
  /** Called with the outcome of each image as soon as it is known. */
  readonly onOutcome?: ((outcome: MirrorOutcome) => void) | undefined;
  /** Called when the run is stopped, before it rejects with `aborted`, with what became of each image until then. */
  readonly onInterrupted?: ((result: MirrorResult) => void) | undefined;
  /** Called as images are found, begun and worked on: for displays and logs. It must not throw. */
  readonly onProgress?: ((progress: MirrorProgress) => void) | undefined;
}

/**
 * How a mirror gets on.
 *
 * - `planned`: so many more images are to be looked at
 * - `begun`: an attempt at an image began, the first one is 1
 * - `event`: what the work on an image reports
 */
export type MirrorProgress =
  | { readonly type: 'planned'; readonly entry: string; readonly images: number }
  | { readonly type: 'begun'; readonly job: MirrorJob; readonly attempt: number }
  | { readonly type: 'event'; readonly job: MirrorJob; readonly event: ReslimEvent };

/** One rule of what is mirrored. */
export interface MirrorEntry extends MirrorSettings {
  /** What messages call it. @default `from` */
  readonly name?: string | undefined;
  /**
   * A repository (`docker://HOST/app`), or a glob of repositories (`docker://HOST/team/*`), which are then listed. With a
   * tag or digest it is that image alone. A layout is `oci:DIR`.
   */
  readonly from: string;
  /**
   * The repository it goes to. `{repository}` stands for the path of the source's repository, `{name}` for the last part of
   * it. A layout is `oci:DIR`, an archive `oci-archive:FILE` or `docker-archive:FILE`.
   */
  readonly to: string;
  /** Name of the tag at the target; `{tag}` stands for the source's. @default '{tag}' */
  readonly tagAs?: string | undefined;
}

/** How the images of an entry are chosen and treated. */
export interface MirrorSettings {
  /** Names, globs, globs to leave out (`!*-rc*`) and ranges of versions of tags, all combined. @default all tags */
  readonly tags?: readonly string[] | undefined;
  /** Images without a tag, by digest. */
  readonly digests?: readonly Digest[] | undefined;
  /** How many of the tags that match, the newest ones. @default all of them */
  readonly newest?: number | undefined;
  /** What `newest` goes by. @default 'version' */
  readonly order?: TrendOrder | undefined;
  /** Images that are younger wait: what was published an hour ago may be an attack. @default 0 */
  readonly minAge?: number | undefined;
  /** Images that are older are left out. @default none */
  readonly maxAge?: number | undefined;
  /** `os/arch[/variant]`: only these images of an index. @default all of them */
  readonly platforms?: readonly string[] | undefined;
  /** Copies images, as they are but for edits. @default false, they are slimmed */
  readonly copy?: boolean | undefined;
  /** Options of the slim. */
  readonly slim?: MirrorSlimOptions | undefined;
  /** What is edited, whether images are copied or slimmed; members of `slim.edits` win. @default nothing */
  readonly edits?: ImageEdits | undefined;
  /**
   * Copies signatures, SBOMs and attestations of images that are copied, too; with `recheck` also those that were added to
   * an image which is at the target already, which costs requests for each image in every run. @default false
   */
  readonly referrers?: boolean | 'recheck' | undefined;
  /** Tags (globs) that never change: once they are at the target they are not looked at again. @default none */
  readonly immutable?: readonly string[] | undefined;
  /** Tag that keeps the image that is overwritten; `{tag}` stands for its tag, `{digest}` for 12 digits of its digest. */
  readonly backup?: string | undefined;
  /** What happens to tags of the target that the source has no longer. @default 'keep' */
  readonly gone?: 'keep' | DeleteGone | undefined;
  /** Higher ones come first. @default 0 */
  readonly priority?: number | undefined;
  /** When it is looked at by a mirror that watches. @default at once, and after each interval */
  readonly schedule?: MirrorSchedule | undefined;
}

/** Points in time. */
export interface MirrorSchedule {
  /** Five fields, as cron knows them, or `@daily` and the like. */
  readonly cron: string;
  /** An IANA name: `Europe/Berlin`. @default 'UTC' */
  readonly timeZone?: string | undefined;
}

export interface DeleteGone {
  /** If more tags than these would be deleted in one repository, none is, and the entry fails. */
  readonly atMost: number;
}

/** Options of a slim that make sense for many images. */
export type MirrorSlimOptions = Omit<
  SlimOptions,
  | keyof WriteOptions
  | 'source'
  | 'target'
  | 'dryRun'
  | 'force'
  | 'inPlace'
  | 'explain'
  | 'listFiles'
  | 'baseline'
>;

/** One image of a mirror. It is plain JSON and has no secrets: queues carry it to other machines. */
export interface MirrorJob {
  /** Of the target: two jobs with the same one never run at once. */
  readonly id: string;
  /** Name of the entry it comes from. */
  readonly entry: string;
  /** Both with tag or digest, named as in docs/image-names.md. */
  readonly source: string;
  readonly target: string;
  readonly settings: MirrorJobSettings;
  /** How much its registries are asked, by `name:port`. @default what they ask for themselves */
  readonly limits?: Readonly<Record<string, HostLimits>> | undefined;
}

/** What of an entry's settings is needed once its tags are chosen. */
export type MirrorJobSettings = Pick<
  MirrorSettings,
  | 'minAge'
  | 'maxAge'
  | 'platforms'
  | 'copy'
  | 'slim'
  | 'edits'
  | 'referrers'
  | 'backup'
  | 'priority'
>;

/** What became of one image. */
export interface MirrorOutcome {
  readonly job: MirrorJob;
  /**
   * - `unchanged`: the target has it already
   * - `done`: written; in dry runs it would be
   * - `waiting`: too young
   * - `left-out`: too old, or no image
   * - `failed`: after the last attempt
   * - `interrupted`: not done when the run was stopped; the target is as it was
   */
  readonly status: MirrorStatus;
  /** Of the source. */
  readonly digest?: Digest | undefined;
  /** Of what was written, or is there. */
  readonly targetDigest?: Digest | undefined;
  /** What was there before, and the tag it is kept under if there is one. */
  readonly replaced?: { readonly digest: Digest; readonly backup?: string | undefined } | undefined;
  /** Bytes of layers as stored, of all platforms; only of what was done. */
  readonly sourceSize?: number | undefined;
  readonly targetSize?: number | undefined;
  /** Why, in one line; absent for what is done or unchanged. */
  readonly reason?: string | undefined;
  /** What to do about a failure, in one sentence. */
  readonly hint?: string | undefined;
  /** When it is tried again, or from when on that can succeed (RFC 3339): what waits is old enough then. */
  readonly nextTry?: string | undefined;
  readonly attempts: number;
  readonly durationMs: number;
}

export type MirrorStatus = 'unchanged' | 'done' | 'waiting' | 'left-out' | 'failed' | 'interrupted';

/** A tag of a target that the source has no longer. */
export interface DeletedTag {
  readonly entry: string;
  readonly target: string;
  /** In dry runs `done` is what would be deleted. */
  readonly status: 'done' | 'failed';
  readonly reason?: string | undefined;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
}

/** An entry of which nothing could be listed. */
export interface FailedEntry {
  readonly entry: string;
  readonly reason: string;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
}

/** What a run of `mirror` did. */
export interface MirrorResult {
  readonly dryRun: boolean;
  /** Whether it was stopped before its end. */
  readonly interrupted: boolean;
  readonly outcomes: readonly MirrorOutcome[];
  readonly deleted: readonly DeletedTag[];
  readonly failedEntries: readonly FailedEntry[];
  /** Traffic with each host. */
  readonly hosts: readonly HostTraffic[];
  readonly notes: readonly string[];
  readonly durationMs: number;
}
