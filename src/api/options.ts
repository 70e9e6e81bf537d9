import type { EventListener } from './events.ts';
import type { Limits } from '../base/limits.ts';
import type { Compression } from '../oci/media-type.ts';
import type { Level, Squash, UpxGoal } from './vocabulary.ts';
import type { RegistrySettings } from './registry-settings.ts';

/** What a run is asked to do. Everything but `source` and `target` has a default. */
export interface SlimOptions {
  /** Where the image is, in any spelling of docs/image-names.md. */
  readonly source: string;
  /** Where the new one goes. Left out only with `dryRun`. */
  readonly target?: string | undefined;
  /** Decide everything, write nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Names of profiles, or `auto` (by what the image holds), or `none`. @default ['auto'] */
  readonly profiles?: readonly string[] | undefined;
  /** Paths of profile files of one's own; always active. @default [] */
  readonly profileFiles?: readonly string[] | undefined;
  /** @default 'safe' */
  readonly level?: Level | undefined;
  /** Globs of what must stay. @default [] */
  readonly keep?: readonly string[] | undefined;
  /** Globs of what must go. @default [] */
  readonly drop?: readonly string[] | undefined;
  /** One layer, or each layer for itself. @default 'all' */
  readonly squash?: Squash | undefined;
  /** @default 'keep' */
  readonly compression?: Compression | 'keep' | undefined;
  /** 0 to 9 for gzip, 1 to 22 for zstd. @default 6 and 3 */
  readonly compressionLevel?: number | undefined;
  /** `os/arch[/variant]` of the one image to take from an index. @default all of them */
  readonly platform?: string | undefined;
  /** Whole seconds since the epoch; later times in the image are set to it. @default times stay */
  readonly timestamp?: number | undefined;
  /** Bytes: a larger result is refused with the code `policy`, and nothing is written. @default no bound */
  readonly maxSize?: number | undefined;
  /** Takes symbols and debug information out of binaries; needs `strip`. @default false */
  readonly strip?: boolean | undefined;
  /** Packs programs that get smaller by it; needs `upx`. @default false */
  readonly upx?: boolean | UpxOptions | undefined;
  /** Turns equal files into hard links. @default false */
  readonly dedupe?: boolean | undefined;
  /** Attaches provenance and the report to the new image; the target must be a registry or a layout. @default false */
  readonly attest?: boolean | undefined;
  /** Paths the result explains one by one. @default [] */
  readonly explain?: readonly string[] | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  /** How registries and engines are reached. */
  readonly network?: NetworkOptions | undefined;
  /** Where work is kept for later runs; results are the same without. @default nowhere */
  readonly cache?: { readonly folder: string; readonly maxSize?: number | undefined } | undefined;
  readonly onEvent?: EventListener | undefined;
  /** Stops the run with the error code `aborted`; the target stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/** What a copy is asked to do. */
export interface CopyOptions {
  /** In any spelling of docs/image-names.md, and so the target. */
  readonly source: string;
  readonly target: string;
  /** `os/arch[/variant]` of the one image to take from an index. @default all of them */
  readonly platform?: string | undefined;
  /** Copies signatures, SBOMs and attestations, too. @default false */
  readonly referrers?: boolean | undefined;
  /** Stores layers in another way, which makes it another image. @default as they are */
  readonly compression?: Compression | 'keep' | undefined;
  /** 0 to 9 for gzip, 1 to 22 for zstd. */
  readonly compressionLevel?: number | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  readonly network?: NetworkOptions | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is to be looked at. */
export interface InspectOptions {
  readonly source: string;
  /** `os/arch[/variant]` of the one image of an index to tell of. @default all of them */
  readonly platform?: string | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  readonly network?: NetworkOptions | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How registries and engines are reached; the same for all of a run. */
export interface NetworkOptions {
  /** Hosts (`name` or `name:port`) whose certificate is not checked and that may speak plain http. */
  readonly insecure?: readonly string[] | undefined;
  /** PEM bundles of authorities trusted beside the usual ones. */
  readonly caFiles?: readonly string[] | undefined;
  /** Logins are looked for here first. @default Docker's file, then Podman's */
  readonly authFile?: string | undefined;
  /** How often a request that failed is sent again. @default 5 */
  readonly retries?: number | undefined;
  /** Milliseconds without an answer, or without progress, before a request counts as failed. */
  readonly timeout?: number | undefined;
  /** Finer settings of the registry client, see `RegistrySettings`. */
  readonly settings?: Partial<RegistrySettings> | undefined;
  /** Where `DOCKER_HOST`, `RESLIM_PASSWORD`, proxies and the like are read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** @default the user's home folder */
  readonly home?: string | undefined;
}

export interface UpxOptions {
  /** How to compress, in UPX's own words; anything else is refused. @default ['-5'] */
  readonly args?: readonly string[] | undefined;
  /** Try all there is: takes minutes for each megabyte. @default false */
  readonly brute?: boolean | undefined;
  /** @default 'compressed' */
  readonly goal?: UpxGoal | undefined;
}
