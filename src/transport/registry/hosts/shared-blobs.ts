import type { Digest } from '../../../oci/digest.ts';

/** A blob that a session is uploading. */
export interface Upload {
  readonly repository: string;
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<void>;
}

/** Which repositories of a registry have which blob, and what is being uploaded there, as far as this run knows. */
export class SharedBlobs {
  /** The blobs that were used last, each with the repositories that were found last. */
  readonly #places = new Map<Digest, readonly string[]>();
  readonly #uploads = new Map<Digest, Upload>();
  /** Mounts from a repository that has the blob. */
  readonly fromKnown: Attempts = new Attempts();
  /** Mounts from wherever the registry has the blob. */
  readonly fromAnywhere: Attempts = new Attempts();

  placesOf(digest: Digest): readonly string[] {
    return this.#places.get(digest) ?? [];
  }

  has(digest: Digest, repository: string): boolean {
    return this.placesOf(digest).includes(repository);
  }

  found(digest: Digest, repository: string): void {
    const others = this.placesOf(digest).filter((other) => other !== repository);
    this.#places.delete(digest);
    this.#places.set(digest, [...others.slice(-(MAX_PLACES - 1)), repository]);
    for (const oldest of this.#places.keys())
      if (this.#places.size > MAX_BLOBS) this.#places.delete(oldest);
      else break;
  }

  forget(digest: Digest): void {
    this.#places.delete(digest);
  }

  /** The upload of a blob that is under way; `undefined` where there is none. */
  upload(digest: Digest): Upload | undefined {
    return this.#uploads.get(digest);
  }

  /** Says that a blob is being uploaded to a repository, until the function that is returned is called. */
  beginUpload(digest: Digest, repository: string): () => void {
    if (this.#uploads.has(digest)) return () => {};
    const { promise, resolve } = withResolvers();
    this.#uploads.set(digest, { repository, ended: promise });
    return () => {
      this.#uploads.delete(digest);
      resolve();
    };
  }
}

/** Something that some registries never do. */
class Attempts {
  #failures = 0;
  #hasSucceeded = false;

  get isHopeless(): boolean {
    return !this.#hasSucceeded && this.#failures >= ENOUGH;
  }

  ended(isSuccess: boolean): void {
    if (isSuccess) this.#hasSucceeded = true;
    else this.#failures++;
  }
}

const withResolvers = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
};

const ENOUGH = 3;
/** Some 20 MB, if each is in one repository. */
const MAX_BLOBS = 100_000;
const MAX_PLACES = 4;
