import type { Budget } from './check.ts';
import type { ImageEdits } from './edits.ts';
import type { EventListener } from './events.ts';
import type { Hosts } from './hosts.ts';
import type { Environment } from '../base/home-folder.ts';
import type { Limits } from '../base/limits.ts';
import type {
  CompressionChoice,
  Depth,
  DiffPart,
  EngineChoice,
  FailureChoice,
  Grain,
  Level,
  Squash,
  TrendOrder,
  UpxGoal,
} from './vocabulary.ts';
import type { RegistrySettings } from './registry-settings.ts';
import type { Runtime } from './runtime.ts';

/** Options that every operation on images has. */
export interface RunOptions {
  /** `os/arch[/variant]`: only this one of the images in an index. @default all of them */
  readonly platform?: string | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  /** How registries and engines are reached. */
  readonly network?: NetworkOptions | undefined;
  readonly onEvent?: EventListener | undefined;
  /** What it shares with other operations. @default one of its own, without a cache */
  readonly runtime?: Runtime | undefined;
  /** Stops the run with the error code `aborted`; the target stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of operations that write images. */
export interface WriteOptions extends RunOptions {
  /**
   * `os/arch[/variant]`: an index of these images alone, while `platform` is one image without an index. A variant that
   * is left out stands for all. An image that is no index, but is for one of them, stays as it is. @default all of them
   */
  readonly platforms?: readonly string[] | undefined;
}

/**
 * Options of `slim`. All but `source` and `target` have a default. A result that does not keep the budget is refused
 * with the code `policy`, and nothing is written.
 */
export interface SlimOptions extends WriteOptions, Budget {
  /** The image to slim, named as in docs/image-names.md. */
  readonly source: string;
  /** Where the new image is written. May be left out only with `dryRun`. */
  readonly target?: string | readonly string[] | undefined;
  /** Decide everything, write nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Names of profiles, `auto` (chosen by what the image contains), or `none`. @default ['auto'] */
  readonly profiles?: readonly string[] | undefined;
  /** Paths of the user's own profile files; always active. @default [] */
  readonly profileFiles?: readonly string[] | undefined;
  /** @default 'safe' */
  readonly level?: Level | undefined;
  /** Globs of files to keep. @default [] */
  readonly keep?: readonly string[] | undefined;
  /** Globs of files to remove. @default [] */
  readonly drop?: readonly string[] | undefined;
  /** At `minimal`: command lines that are started in the image, too, as a shell reads them. @default [] */
  readonly entries?: readonly string[] | undefined;
  /** At `minimal`: packages and paths that the image can do without, with all that only they lead to. @default [] */
  readonly without?: readonly string[] | undefined;
  /** At `minimal`: how packages of the distribution are taken apart. @default 'file' */
  readonly grain?: Grain | undefined;
  /** At `minimal`: files of strace, fatrace, opensnoop or slim that say what runs opened. @default [] */
  readonly traces?: readonly string[] | undefined;
  /** Merge all layers into one, those above the base image, or none. @default 'all' */
  readonly squash?: Squash | undefined;
  /**
   * Where the base of the image ends, for `squash: 'base'`: a number of layers, the digest of the last one, or the name of
   * an image. @default what annotations or the history of the image say
   */
  readonly base?: string | undefined;
  /** Hides files of the base that rules take, though that saves no bytes. @default false */
  readonly whiteouts?: boolean | undefined;
  /** Makes up to this many layers by content: packages that change together, records, the application. */
  readonly layers?: number | 'auto' | undefined;
  /** An image that was made with `layers` before, whose files stay in layers of the same names. */
  readonly previous?: string | undefined;
  /**
   * Caches in registries and layouts that runs of other machines have left, signed with the key that the environment variable
   * RESLIM_CACHE_KEY has. They save time and downloads, and never change the result. @default []
   */
  readonly cacheFrom?: readonly string[] | undefined;
  /** Where this run leaves such a cache. @default nowhere */
  readonly cacheTo?: string | undefined;
  /** @default 'keep' */
  readonly compression?: CompressionChoice | undefined;
  /** 0 to 9 for gzip, 1 to 22 for zstd. @default 6 and 3 */
  readonly compressionLevel?: number | undefined;
  /** Whole seconds since the epoch; later times in the image are set to it. @default times stay */
  readonly timestamp?: number | undefined;
  /** Changes of configs and manifests, made before anything is decided. @default none */
  readonly edits?: ImageEdits | undefined;
  /** What is refused with the code `policy` where the source has it; nothing is written. @default nothing */
  readonly failOn?: FailureChoice | undefined;
  /**
   * Holds the new image against the source before any target gets it, as `verify` does. Where it differs, it is refused
   * with the code `policy`. @default false
   */
  readonly verify?: boolean | undefined;
  /** At `minimal`, what an image uses must not be `open`: refused with the code `policy`; nothing is written. @default false */
  readonly strict?: boolean | undefined;
  /** Removes symbols and debug information from binaries; needs the tool `strip`. @default false */
  readonly strip?: boolean | undefined;
  /** Packs programs where that makes them smaller; needs the tool `upx`. @default false */
  readonly upx?: boolean | UpxOptions | undefined;
  /** Replaces equal files by hard links. @default false */
  readonly dedupe?: boolean | undefined;
  /**
   * The tag of a further image at each target: the layers of the new one, and one more with what was removed or changed, so
   * that it has the files and the config of the source. @default none
   */
  readonly complement?: string | undefined;
  /** Slims again where the target has the result of the same source and options. @default false */
  readonly force?: boolean | undefined;
  /** Lets the new image have the name of the source, which is then gone. @default false */
  readonly inPlace?: boolean | undefined;
  /** Attaches provenance and the report to the new image; the target must be a registry or a layout. @default false */
  readonly attest?: boolean | undefined;
  /** Paths whose verdict the result explains. @default [] */
  readonly explain?: readonly string[] | undefined;
  /** Lists every file of the source, too, in `images[].listing`: takes longer, and no result of the cache. @default false */
  readonly listFiles?: boolean | undefined;
}

/** Options of `copy`. */
export interface CopyOptions extends WriteOptions {
  /** Both are named as in docs/image-names.md. */
  readonly source: string;
  readonly target: string;
  /** Copies signatures, SBOMs and attestations, too. @default false */
  readonly referrers?: boolean | undefined;
  /** Compresses layers in another way, which makes it another image. @default as they are */
  readonly compression?: CompressionChoice | undefined;
  /** 0 to 9 for gzip, 1 to 22 for zstd. */
  readonly compressionLevel?: number | undefined;
  /** Changes of configs and manifests, which make it another image. @default none */
  readonly edits?: ImageEdits | undefined;
}

/** Options of `inspect`. */
export interface InspectOptions extends RunOptions {
  readonly source: string;
  /** With `documents` no layer is read, and the result has no `analysis`. @default 'auto' */
  readonly read?: Depth | undefined;
  /**
   * Lists every file of the image, too, in `images[].files`, with what each level decides; layers are read for this. Level
   * `minimal`, which takes as long again as all else, is asked for this alone. @default false
   */
  readonly listFiles?: boolean | undefined;
}

/** Options of `check`. */
export interface CheckOptions extends RunOptions, Budget {
  readonly source: string;
}

/** Options of `diff`. */
export interface DiffOptions extends RunOptions {
  /** Both are named as in docs/image-names.md. */
  readonly before: string;
  readonly after: string;
  /**
   * Ignores what containers do not notice: times, order, history, names, and how an image is stored. @default false
   * See docs/diff.md.
   */
  readonly semantic?: boolean | undefined;
  /** What is compared. @default all of it; with `semantic` all but `history` and `layers` */
  readonly parts?: readonly DiffPart[] | undefined;
  /** Globs: only files that match one are compared, and nothing else. @default the whole image */
  readonly paths?: readonly string[] | undefined;
}

/** Options of `verify`. */
export interface VerifyOptions extends RunOptions {
  /** Both are named as in docs/image-names.md. */
  readonly original: string;
  readonly slim: string;
  /** What both images do when they are run in an engine. @default neither is run */
  readonly trials?: VerifyTrials | undefined;
}

/** What is asked of a container of each image; the answers must be the same. See docs/verify.md. */
export interface VerifyTrials {
  /** Command lines, each in a container of its own, in place of what the image starts. */
  readonly run?: readonly string[] | undefined;
  /** Requests to what the image starts: `[METHOD ][:PORT]/PATH[ BODY]`. */
  readonly http?: readonly string[] | undefined;
  /** Of all requests: `Name: value`. */
  readonly headers?: readonly string[] | undefined;
  /** Programs of this machine that are told where the container is. */
  readonly probes?: readonly string[] | undefined;
  /** Where what the image starts listens. @default the first port that the image exposes */
  readonly port?: number | undefined;
  /** Variables of the containers, `NAME=VALUE`, beside those of the image. */
  readonly env?: readonly string[] | undefined;
  /** The network of the containers. @default 'bridge' */
  readonly network?: string | undefined;
  /** Milliseconds for a service to listen, and for a command, a request or a probe to end. @default 30000 */
  readonly wait?: number | undefined;
  /** Regular expressions in the syntax of RE2: what they match does not count. */
  readonly ignore?: readonly string[] | undefined;
}

/** Options of `trace`. */
export interface TraceOptions extends RunOptions {
  readonly source: string;
  /** The file that is written. */
  readonly output: string;
  /** In place of the command of the image; its entrypoint stays. @default the command of the image */
  readonly command?: readonly string[] | undefined;
  /** @default the first that answers */
  readonly engine?: EngineChoice | undefined;
  /** What is asked of the image while it is traced. @default it runs until it ends, or as long as it may take */
  readonly trials?: Omit<VerifyTrials, 'ignore'> | undefined;
}

/** Options of `advise`. */
export interface AdviseOptions extends RunOptions {
  readonly source: string;
  /** The text of the Dockerfile the image was built from. @default the history alone */
  readonly dockerfile?: string | undefined;
  /** What it is called. @default 'Dockerfile' */
  readonly dockerfileName?: string | undefined;
}

/** Options of `validate`. */
export interface ValidateOptions extends RunOptions {
  readonly source: string;
}

/** What a user logs in to a registry with. */
export interface Login {
  readonly username: string;
  /** Or an access token in its place. */
  readonly password: string;
}

/** How registries and engines are reached; the same throughout a run. */
export interface NetworkOptions {
  /** Hosts (`name` or `name:port`) whose certificate is not checked and that may speak plain http. */
  readonly insecure?: readonly string[] | undefined;
  /** PEM files of certificate authorities that are trusted in addition to the system's. */
  readonly caFiles?: readonly string[] | undefined;
  /** The file where logins are looked for. @default Docker's file, then Podman's */
  readonly authFile?: string | undefined;
  /** Logins by host (`name` or `name:port`): they go before those of the environment and of files. */
  readonly logins?: Readonly<Record<string, Login>> | undefined;
  /** How often a request that failed is sent again. @default 5 */
  readonly retries?: number | undefined;
  /**
   * Milliseconds without an answer, or without progress, before a request to a registry counts as
   * failed. More of it, and more `retries`, also make the time for all tries longer in proportion.
   * @default 30000
   */
  readonly timeout?: number | undefined;
  /** What is shared with other operations for each host. @default nothing */
  readonly hosts?: Hosts | undefined;
  /** Finer settings of the registry client, see `RegistrySettings`. */
  readonly settings?: Partial<RegistrySettings> | undefined;
  /** Environment variables: `DOCKER_HOST`, `RESLIM_PASSWORD`, proxies and so on. @default process.env */
  readonly env?: Environment | undefined;
  /** @default the user's home folder */
  readonly home?: string | undefined;
}

export interface UpxOptions {
  /** Options of UPX that say how to compress; others are refused. @default ['-5'] */
  readonly args?: readonly string[] | undefined;
  /** Try all methods: takes minutes for each megabyte. @default false */
  readonly brute?: boolean | undefined;
  /** @default 'compressed' */
  readonly goal?: UpxGoal | undefined;
}

/** Options of `trend`. */
export interface TrendOptions extends RunOptions {
  /** A repository in a registry, without a tag. */
  readonly repository: string;
  /** Globs and ranges of versions that a tag must fit: docs/trend.md. @default all versions without a suffix */
  readonly tags?: readonly string[] | undefined;
  /** @default 'version' */
  readonly order?: TrendOrder | undefined;
  /** How many tags, the newest ones. @default 20 */
  readonly newest?: number | undefined;
  /** The growth from which on a tag counts as grown, as a part. @default 0.1 */
  readonly threshold?: number | undefined;
}
