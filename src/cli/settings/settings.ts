import type { Level } from '../../api/vocabulary.ts';

/** What `.reslim.yaml` says; each key is the option of the same name, and absent ones say nothing. */
export interface Settings {
  /** Names of profiles, or `auto`, or `none` alone. */
  readonly profile?: readonly string[] | undefined;
  /** Absolute paths: the file means them relative to its own folder. */
  readonly profileFile?: readonly string[] | undefined;
  readonly level?: Level | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly strip?: boolean | undefined;
  readonly upx?: boolean | undefined;
  /** As the option spells them: words with spaces between. */
  readonly upxArgs?: string | undefined;
  readonly upxGoal?: 'compressed' | 'unpacked' | undefined;
  readonly dedupe?: boolean | undefined;
  readonly squash?: 'all' | 'none' | undefined;
  readonly compression?: 'keep' | 'gzip' | 'zstd' | 'none' | undefined;
  readonly compressionLevel?: number | undefined;
  readonly platform?: readonly string[] | undefined;
  /** As the option spells it: seconds since 1970, or a date with time. */
  readonly timestamp?: string | undefined;
}
