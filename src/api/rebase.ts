import type { Digest } from '../oci/digest.ts';
import type { BaseReport } from './base-report.ts';
import type { NamedDigest } from './named-digest.ts';
import type { RunOptions } from './options.ts';

/** Options of `rebase`. */
export interface RebaseOptions extends RunOptions {
  /** The image, named as in docs/image-names.md. */
  readonly source: string;
  /** The new base. */
  readonly newBase: string;
  /**
   * The base that the image is built on: an image, the digest of its last layer, or how many layers it has. @default what
   * annotations or the history of the image say
   */
  readonly oldBase?: string | undefined;
  /** Where the new image is written; not needed in a dry run. */
  readonly target?: string | undefined;
  /** Lets `target` be `source`. @default false */
  readonly inPlace?: boolean | undefined;
  /** Checks, and writes nothing. @default false */
  readonly dryRun?: boolean | undefined;
  /** Writes the image whatever the checks find. @default false */
  readonly force?: boolean | undefined;
}

/** What came of a rebase. */
export interface RebaseResult {
  readonly source: NamedDigest;
  readonly newBase: NamedDigest;
  /** Absent where nothing was written: in a dry run, or where the new base lacks something. */
  readonly target?: NamedDigest | undefined;
  /** No image has a problem. */
  readonly passed: boolean;
  /** One for each platform of the image. */
  readonly images: readonly RebasedImage[];
  readonly notes: readonly string[];
  readonly durationMs: number;
}

export interface RebasedImage {
  readonly platform: string;
  /** Of the manifest it was made from. */
  readonly source: Digest;
  /** How the old base was found. */
  readonly how: BaseReport['how'];
  /** How many layers the old base has, the new one, and the image above both. */
  readonly layers: { readonly old: number; readonly new: number; readonly own: number };
  /** Settings that the image had from its old base, and now has from the new one: `env PATH`, `cmd`. */
  readonly settings: readonly string[];
  /** What the layers above the base need and the new base does not have. */
  readonly problems: readonly RebaseProblem[];
  /** Files of the new base in whose place the image goes on to have its own. */
  readonly hidden: readonly string[];
}

/** What the image lacks on its new base. */
export interface RebaseProblem {
  /**
   * - `libraries`: a library or loader is not found, or has no symbols of a version
   * - `programs`: what is started, or runs a script, is not there
   * - `runtimes`: files lie in a folder for a version that the new base does not have
   * - `users`: the account that containers start as is not there
   * - `packages`: records in the layers above list what the old base had
   */
  readonly check: 'libraries' | 'programs' | 'runtimes' | 'users' | 'packages';
  /** An absolute path, or a name. */
  readonly where: string;
  /** What is wrong with it, in words that follow it. */
  readonly message: string;
}
