import { ReslimError } from '../base/errors.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageSource, ImageTarget } from '../oci/store.ts';
import { openRegularFile, readRange } from './file-bytes.ts';
import type { TempFolder } from './temp.ts';
import { createStaging } from './staging.ts';

export interface StagedImageOptions {
  /** Of the target that the image is for. */
  readonly name: string;
  readonly isOciOnly: boolean | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An image in a private folder, complete, that no target has a byte of yet. */
export interface StagedImage {
  /** Takes all blobs and documents; has none but those that were put. It cannot be committed. */
  readonly blobs: ImageTarget;
  /** What was put, in that order: a manifest after what it names. */
  readonly stored: Iterable<Descriptor>;
  /** The image as a source to read. */
  readonly sourceAt: (root: Descriptor) => ImageSource;
}

/** Stages an image in a folder, which the caller closes. */
export const stageImage = (
  folder: Pick<TempFolder, 'path' | 'file'>,
  { name, isOciOnly, signal }: StagedImageOptions,
): StagedImage => {
  const staging = createStaging(folder);
  const stored = new Map<Digest, Descriptor>();
  const close = async (): Promise<void> => {};
  const fileOf = ({ digest }: Descriptor) => {
    const blob = staging.files.get(digest);
    if (blob) return blob;
    throw new ReslimError('not-found', `blob ${shortDigest(digest)} was not written, ${name}`);
  };
  return {
    blobs: {
      name,
      isOciOnly,
      has: async ({ digest }) => staging.files.has(digest),
      put: async (content, options) => {
        const blob = await staging.put(content, { signal, ...options });
        stored.set(blob.digest, { mediaType: options.mediaType, ...blob });
        return blob;
      },
      commit: () => Promise.reject(new Error('a staged image is brought to a target first')),
      close,
    },
    stored: { [Symbol.iterator]: () => stored.values() },
    sourceAt: (root) => ({
      name,
      root,
      open: (descriptor, options) => readFile(fileOf(descriptor), options?.signal),
      locate: async ({ digest }) => {
        const blob = staging.files.get(digest);
        return blob && { ...blob, offset: 0 };
      },
      close,
    }),
  };
};

async function* readFile(
  { path, size }: { readonly path: string; readonly size: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const handle = await openRegularFile(path, path);
  try {
    yield* readRange(handle, { offset: 0, size }, { signal, where: path });
  } finally {
    await handle.close();
  }
}
