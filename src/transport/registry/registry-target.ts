import { randomUUID } from 'node:crypto';
import { ReslimError } from '../../base/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../../base/limits.ts';
import { readDescriptor, shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { formatImageName, withDefaultTag, type ImageName } from '../../oci/image-name.ts';
import { parseJson } from '../../oci/json.ts';
import type { ImageTarget, PutOptions, StoredBlob } from '../../oci/store.ts';
import { namesBeside } from '../names-beside.ts';
import { openTemp, type TempFolder } from '../temp.ts';
import { BlobLookup } from './blob-lookup.ts';
import { hasBlob } from './blobs.ts';
import { fillSpool } from './fill-spool.ts';
import {
  fetchManifest,
  findManifest,
  hasManifest,
  isKeptAsManifest,
  putManifest,
  type PutManifest,
} from './manifests.ts';
import { collectManifest } from './collect-manifest.ts';
import type { RegistryOptions } from './options.ts';
import { addToReferrersTag, referrerOf } from './referrers.ts';
import { RegistryError } from './registry-error.ts';
import { openRepository, type Repository } from './repository.ts';
import { childrenIn, listRequired } from './required-blobs.ts';
import { createSlots } from '../../base/concurrency.ts';
import { Spool } from './spool.ts';
import { unlessAborted } from '../../base/unless-aborted.ts';
import { uploadBlob } from './upload.ts';

export interface RegistryTargetOptions extends RegistryOptions {
  /** Repositories of the same registry that may have the blobs: the source's. */
  readonly mountFrom?: readonly string[] | undefined;
  /** The tag of a second image. */
  readonly beside?: string | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Limits | undefined;
  /** Where to spool uploads. Without it the target opens a folder of its own. */
  readonly temp?: TempFolder | undefined;
}

/**
 * Opens a repository to push to. Manifests become reachable by digest when they are put, and by the
 * tag on `commit`, after a check that the registry has all they refer to.
 */
export const openRegistryTarget = (
  image: ImageName,
  options: RegistryTargetOptions = {},
): ImageTarget => new RegistryTarget(withDefaultTag(image), options);

class RegistryTarget implements ImageTarget {
  readonly name: string;
  readonly #image: ImageName;
  readonly #beside: string | undefined;
  readonly #repository: Repository;
  readonly #lookup: BlobLookup;
  readonly #limits: Limits;
  readonly #inSlot: <T>(action: () => Promise<T>) => Promise<T>;
  /** Manifests of this run, put or read, so that the root can be put again under its tag. */
  readonly #documents = new Map<Digest, Uint8Array>();
  readonly #unlisted: { readonly subject: Digest; readonly referrer: Descriptor }[] = [];
  readonly #givenTemp: TempFolder | undefined;
  #ownTemp: Promise<TempFolder> | undefined;

  constructor(image: ImageName, options: RegistryTargetOptions) {
    this.name = formatImageName(image);
    this.#image = image;
    const { beside } = options;
    const names = [{ imageName: this.name }];
    if (beside !== undefined) namesBeside(beside, { names, place: this.name });
    this.#beside = beside;
    this.#repository = openRepository(image, ['pull', 'push'], options);
    const mountFrom = (options.mountFrom ?? []).filter((from) => from !== image.repository);
    this.#lookup = new BlobLookup(this.#repository, mountFrom);
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#givenTemp = options.temp;
    this.#inSlot = createSlots(this.#repository.client.settings.parallel);
  }

  has(descriptor: Descriptor): Promise<boolean> {
    return this.#inSlot(async () => {
      if (isKeptAsManifest(descriptor.mediaType))
        return hasManifest(this.#repository, descriptor.digest);
      return this.#lookup.find(descriptor);
    });
  }

  put(content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob> {
    return isKeptAsManifest(options.mediaType)
      ? this.#putManifest(content, options)
      : this.#putOnce(content, options);
  }

  async commit(root: Descriptor, beside?: Descriptor): Promise<void> {
    const { digest, tag } = this.#image;
    if (digest !== undefined && digest !== root.digest) {
      throw new ReslimError(
        'usage',
        `the image is ${shortDigest(root.digest)}, not the one that the target names, ${this.name}`,
        {
          hint: 'push to a tag: the digest of a changed image cannot be chosen',
          place: this.name,
        },
      );
    }
    // First what is beside it: the image is never there without.
    if (beside) await this.#name(beside, this.#beside);
    await this.#name(root, tag);
  }

  async #name(root: Descriptor, tag: string | undefined): Promise<void> {
    const isNew = this.#documents.has(root.digest);
    const required = await listRequired(root, { read: this.#readManifest, limits: this.#limits });
    await Promise.all(required.map((one) => this.#inSlot(() => this.#requireStored(one))));
    for (const { subject, referrer } of this.#unlisted.splice(0)) {
      await addToReferrersTag(this.#repository, subject, referrer, this.#limits.documentSize);
    }
    // A tag that names this image already is not written: it may be immutable.
    if (tag === undefined || (!isNew && (await this.#hasTag(tag, root.digest)))) return;
    const { mediaType } = root;
    await this.#storeManifest(tag, { bytes: await this.#readManifest(root), mediaType });
  }

  async close(): Promise<void> {
    await this.#lookup.close();
    await this.#repository.client.close();
    await (await this.#ownTemp)?.close();
    this.#documents.clear();
  }

  /**
   * Uploads a blob, unless another session does: then it waits, and mounts it. Whoever waits here uploads nothing meanwhile and
   * keeps nobody's content waiting, so no two wait for each other.
   */
  async #putOnce(content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob> {
    const { expected, isSplit, signal } = options;
    const end = expected && (await this.#beginUpload(expected.digest, { isSplit, signal }));
    if (end === 'found') {
      await content[Symbol.asyncIterator]().return?.();
      return expected as StoredBlob;
    }
    try {
      const stored = await this.#inSlot(() => this.#putBlob(content, options));
      this.#repository.client.blobs?.found(stored.digest, this.#repository.name);
      return stored;
    } finally {
      end?.();
    }
  }

  /** Waits while other sessions upload the blob. Where it has to be uploaded here, they wait until the function is called. */
  async #beginUpload(
    digest: Digest,
    { isSplit, signal = this.#repository.client.signal }: Pick<PutOptions, 'isSplit' | 'signal'>,
  ): Promise<'found' | (() => void) | undefined> {
    const { client, name } = this.#repository;
    const begin = () => client.blobs?.beginUpload(digest, name);
    if (isSplit) return begin();
    for (;;) {
      const other = this.#lookup.uploadElsewhere(digest);
      if (other) await unlessAborted(other, signal);
      if (await this.#inSlot(() => this.#lookup.findUploaded(digest))) return 'found';
      // Nothing is awaited between the two: another session would begin, too.
      if (!this.#lookup.uploadElsewhere(digest)) return begin();
    }
  }

  async #putBlob(content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob> {
    const { expected, signal } = options;
    const spool = await this.#createSpool();
    try {
      const stored = fillSpool(spool, content, options);
      // The upload rejects with the same error.
      stored.catch(() => {});
      const session = expected && this.#lookup.takeSession(expected.digest);
      await uploadBlob(this.#repository, spool, { expected, stored, session, signal });
      return await stored;
    } finally {
      await spool.close();
    }
  }

  async #createSpool(): Promise<Spool> {
    const temp = this.#givenTemp ?? (await (this.#ownTemp ??= openTemp()));
    return new Spool(() => temp.file(`upload-${randomUUID()}`));
  }

  async #putManifest(content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob> {
    const { mediaType } = options;
    const { bytes, ...stored } = await collectManifest(content, options, this.#limits.documentSize);
    this.#documents.set(stored.digest, bytes);
    const { isReferrerListed } = await this.#storeManifest(stored.digest, { bytes, mediaType });
    const document = parseJson(bytes, `manifest ${shortDigest(stored.digest)}`);
    if (document['subject'] != null && !isReferrerListed) {
      const subject = readDescriptor(
        document['subject'],
        `subject of ${shortDigest(stored.digest)}`,
      );
      this.#unlisted.push({
        subject: subject.digest,
        referrer: referrerOf(document, { ...stored, mediaType }),
      });
    }
    return stored;
  }

  /** Rejects with `io` where the registry lacks a blob that this run takes for stored: the next attempt asks for it. */
  async #storeManifest(
    tagOrDigest: string,
    document: { readonly bytes: Uint8Array; readonly mediaType: string },
  ): Promise<PutManifest> {
    try {
      return await putManifest(this.#repository, tagOrDigest, document);
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.codes.includes('MANIFEST_BLOB_UNKNOWN'))
        throw error;
      for (const { digest } of childrenIn(document.bytes, `manifest ${tagOrDigest}`))
        this.#forget(digest);
      const { message, cause } = error;
      throw new ReslimError('io', message, { hint: PUSH_AGAIN, place: this.name, cause });
    }
  }

  readonly #readManifest = async ({ digest }: Descriptor): Promise<Uint8Array> => {
    const known = this.#documents.get(digest);
    if (known) return known;
    const { bytes } = await fetchManifest(this.#repository, digest, this.#limits.documentSize);
    this.#documents.set(digest, bytes);
    return bytes;
  };

  async #hasTag(tag: string, digest: Digest): Promise<boolean> {
    const found = await findManifest(this.#repository, tag, this.#limits.documentSize);
    return found?.digest === digest;
  }

  /** What the registry has just confirmed is not asked for again. */
  async #requireStored(descriptor: Descriptor): Promise<void> {
    const { client, name } = this.#repository;
    const { digest, mediaType } = descriptor;
    if (client.confirmed.has(name, digest)) return;
    const isStored = isKeptAsManifest(mediaType)
      ? await hasManifest(this.#repository, digest)
      : await hasBlob(this.#repository, descriptor);
    if (isStored) return;
    this.#forget(digest);
    throw new ReslimError(
      'io',
      `the registry no longer has ${shortDigest(descriptor.digest)}, ${this.name}`,
      {
        hint: PUSH_AGAIN,
        place: this.name,
      },
    );
  }

  #forget(digest: Digest): void {
    const { client, name } = this.#repository;
    client.blobs?.forget(digest);
    client.confirmed.forget(name, digest);
  }
}

const PUSH_AGAIN = 'the tag was not changed; push again';
