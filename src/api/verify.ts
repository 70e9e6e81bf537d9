import type { Digest } from '../oci/digest.ts';
import type { NamedDigest } from './named-digest.ts';
import type { VerifyCheck } from './vocabulary.ts';

/** Whether a slim image, or each image of an index, is what its original promises. */
export interface VerifyResult {
  readonly original: NamedDigest;
  readonly slim: NamedDigest;
  /** No image has a difference. */
  readonly passed: boolean;
  /** One for each platform that both have. */
  readonly images: readonly VerifiedImage[];
  /** Platforms that only the slim image has: nothing vouches for them. */
  readonly onlySlim: readonly string[];
  readonly notes: readonly string[];
}

export interface VerifiedImage {
  readonly platform: string;
  /** Of the manifests. */
  readonly original: Digest;
  readonly slim: Digest;
  readonly passed: boolean;
  /** One for each check, in the order of `VERIFY_CHECKS`. */
  readonly checks: readonly VerifyOutcome[];
  /** In the order of `checks`; of each check at most 1000. */
  readonly differences: readonly VerifyDifference[];
  /** Files with other contents than in the original that are meant to have them, or to be there, by path. */
  readonly changed: readonly ChangedFile[];
  /** What containers of both images answered; absent where none was run. */
  readonly trials?: readonly VerifiedTrial[] | undefined;
}

/** A command, a request or a probe, and whether the images answer it in the same way. */
export interface VerifiedTrial {
  readonly kind: 'run' | 'http' | 'probe';
  /** As it was asked for. */
  readonly subject: string;
  readonly same: boolean;
  /** The first lines of a unified diff; empty where the answers are the same. */
  readonly diff: readonly string[];
}

/** How much a check looked at. */
export interface VerifyOutcome {
  readonly check: VerifyCheck;
  /** Files, symlinks, libraries, settings, …: what the check is about. */
  readonly checked: number;
  /** Those that differ. */
  readonly different: number;
}

/** Something that is not as in the original. */
export interface VerifyDifference {
  readonly check: VerifyCheck;
  /** An absolute path, a setting, or a package: `env PATH`, `deb libc6 2.36-9`. */
  readonly where: string;
  /** What is wrong with it, in one line. */
  readonly message: string;
}

export interface ChangedFile {
  readonly path: string;
  /**
   * `package record`: what is installed is written down there; `transformed`: `strip` or UPX made it smaller; `layer format`: the
   * layer has it for its format, as eStargz does.
   */
  readonly why: 'package record' | 'transformed' | 'layer format';
}
