import type { Transform } from 'node:stream';
import type * as Native from 'zstd-napi';
import zlib from 'node:zlib';
import { ReslimError } from '../../errors.ts';

/*
 * zstd is behind this port, loaded when a layer first needs it. `zstd-napi` comes first so that every
 * Node version writes the same bytes; where it could not be built, Node's own (22.15 and later) serves.
 */

export const zstdDecompressor = async (): Promise<Transform> => {
  const native = await loadNative();
  if (native) return new native.DecompressStream();
  return (builtin().createZstdDecompress as () => Transform)();
};

/** `workers` threads compress beside the caller's; their number does not change the output. */
export const zstdCompressor = async (level: number, workers: number): Promise<Transform> => {
  const native = await loadNative();
  if (native)
    return new native.CompressStream({
      compressionLevel: level,
      nbWorkers: workers,
      checksumFlag: true,
    });
  const { createZstdCompress, constants } = builtin();
  const params = {
    [constants['ZSTD_c_compressionLevel'] as number]: level,
    [constants['ZSTD_c_checksumFlag'] as number]: 1,
  };
  return (createZstdCompress as (options: object) => Transform)({ params });
};

const loadNative = async (): Promise<typeof Native | undefined> => {
  try {
    return await import('zstd-napi');
  } catch {
    return undefined;
  }
};

interface ZstdBuiltin {
  readonly createZstdCompress?: (options: object) => Transform;
  readonly createZstdDecompress?: () => Transform;
  readonly constants: Readonly<Record<string, number>>;
}

const builtin = (): ZstdBuiltin => {
  const own = zlib as unknown as ZstdBuiltin;
  if (own.createZstdCompress) return own;
  throw new ReslimError(
    'unsupported',
    `zstd is not available in this installation (Node ${process.versions.node})`,
    {
      hint: 'install a C++ compiler and run "npm rebuild zstd-napi", or use Node 22.15 or later, or --compression gzip',
    },
  );
};
