import { inParallel } from '../../base/concurrency.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { hasBlob } from './blobs.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';
import { cancelUpload, mountBlob, type UploadSession } from './upload-session.ts';

/**
 * Finds blobs that need not be uploaded: in the repository, or in another one of the registry, from which they are mounted.
 * Where hosts are shared, it knows what other sessions have found and stored.
 */
export class BlobLookup {
  readonly #repository: Repository;
  readonly #mountFrom: readonly string[];
  /** Uploads that the registry opened instead of a mount. */
  readonly #sessions = new Map<Digest, UploadSession>();
  /** From where mounts of blobs were tried last. */
  readonly #tried = new Map<Digest, string>();

  /** `mountFrom` are repositories that may have the blobs. */
  constructor(repository: Repository, mountFrom: readonly string[]) {
    this.#repository = repository;
    this.#mountFrom = mountFrom;
  }

  /** Whether the repository has the blob, or has it now. */
  async find(descriptor: Descriptor): Promise<boolean> {
    const { digest } = descriptor;
    const { client, name } = this.#repository;
    // The target asks for everything once more before it sets a tag.
    if (client.blobs?.has(digest, name)) return true;
    // Whoever uploads it to this repository has asked.
    if (client.blobs?.upload(digest)?.repository === name) return false;
    const isFound =
      // That works whether the repository has it or not.
      (await this.#mountKnown(digest)) ||
      (await hasBlob(this.#repository, descriptor)) ||
      // One that another session is uploading can be mounted later.
      (this.uploadElsewhere(digest) === undefined && (await this.#mount(digest)));
    if (isFound) client.blobs?.found(digest, name);
    return isFound;
  }

  /** The end of another session's upload of the blob, where it can be mounted afterwards. */
  uploadElsewhere(digest: Digest): Promise<void> | undefined {
    const { blobs } = this.#repository.client;
    return blobs?.fromKnown.isHopeless ? undefined : blobs?.upload(digest)?.ended;
  }

  /** Whether the repository has the blob now, by what other sessions have stored since it was looked for. */
  async findUploaded(digest: Digest): Promise<boolean> {
    const { client, name } = this.#repository;
    if (client.blobs?.has(digest, name)) return true;
    const isMounted = await this.#mountKnown(digest);
    if (isMounted) client.blobs?.found(digest, name);
    return isMounted;
  }

  /** The upload that a refused mount has left open. It is not cancelled any more. */
  takeSession(digest: Digest): UploadSession | undefined {
    const session = this.#sessions.get(digest);
    this.#sessions.delete(digest);
    return session;
  }

  /** Cancels uploads that were left open. */
  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    const jobs = sessions.map((session) => () => cancelUpload(this.#repository, session));
    await inParallel(jobs, () => {}, this.#repository.client.settings.parallel);
  }

  async #mount(digest: Digest): Promise<boolean> {
    // Stored elsewhere meanwhile.
    if (await this.#mountKnown(digest)) return true;
    for (const from of this.#mountFrom) if (await this.#mountFromOne(digest, from)) return true;
    const { blobs } = this.#repository.client;
    if (blobs?.fromAnywhere.isHopeless) return false;
    const isMounted = await this.#mountFromOne(digest, undefined);
    blobs?.fromAnywhere.ended(isMounted);
    return isMounted;
  }

  /** From a repository where another session has stored or found it. */
  async #mountKnown(digest: Digest): Promise<boolean> {
    const { blobs } = this.#repository.client;
    const from = blobs?.placesOf(digest).at(-1);
    if (from === undefined || blobs?.fromKnown.isHopeless) return false;
    if (this.#tried.get(digest) === from) return false;
    this.#tried.set(digest, from);
    const isMounted = await this.#mountFromOne(digest, from);
    blobs?.fromKnown.ended(isMounted);
    return isMounted;
  }

  async #mountFromOne(digest: Digest, from: string | undefined): Promise<boolean> {
    try {
      const result = await mountBlob(this.#repository, digest, from);
      if (result === 'mounted') return true;
      const earlier = this.#sessions.get(digest);
      this.#sessions.set(digest, result);
      if (earlier) await cancelUpload(this.#repository, earlier);
    } catch (error) {
      // Not allowed to read there, or mounts are not supported: the blob is pushed then.
      if (!hasStatus(error, 400, 401, 403, 404, 405)) throw error;
    }
    return false;
  }
}
