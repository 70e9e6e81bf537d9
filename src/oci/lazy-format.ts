import type { Descriptor } from './descriptor.ts';
import type { Compression } from './media-type.ts';

/** Formats of layers whose files can be fetched one by one. To readers that know none of them, they are compressed tars. */
export const LAZY_FORMATS = ['zstd:chunked', 'estargz'] as const;
export type LazyFormat = (typeof LAZY_FORMATS)[number];

interface Facts {
  readonly compression: Exclude<Compression, 'none'>;
  /** The annotation with the digest of the table of contents: without it, no reader uses the table. */
  readonly digestKey: string;
  /** Whether it adds files to the tar. */
  readonly changesTar: boolean;
}

const FACTS: Readonly<Record<LazyFormat, Facts>> = {
  'zstd:chunked': {
    compression: 'zstd',
    digestKey: 'io.github.containers.zstd-chunked.manifest-checksum',
    changesTar: false,
  },
  estargz: {
    compression: 'gzip',
    digestKey: 'containerd.io/snapshot/stargz/toc.digest',
    changesTar: true,
  },
};

/** How layers of a format are compressed. */
export const compressionOfFormat = (format: LazyFormat): Facts['compression'] =>
  FACTS[format].compression;

/** Whether the tar of a layer in a format is another one than without it. */
export const changesTar = (format: LazyFormat): boolean => FACTS[format].changesTar;

export const isLazyFormat = (name: string): name is LazyFormat => Object.hasOwn(FACTS, name);

/** Whether a layer is stored in a format. */
export const hasFormat = ({ annotations }: Descriptor, format: LazyFormat): boolean =>
  annotations?.[FACTS[format].digestKey] !== undefined;

/** Files in the root folder that layers in eStargz have for the format: a table of contents, and one of two landmarks. */
export const STARGZ_FILES = {
  table: 'stargz.index.json',
  noPrefetch: '.no.prefetch.landmark',
  prefetch: '.prefetch.landmark',
} as const;

/** Whether a layer has a file for its format alone. */
export const isFormatFile = (path: string, layer: Descriptor): boolean =>
  hasFormat(layer, 'estargz') && FORMAT_FILES.has(path);

const FORMAT_FILES: ReadonlySet<string> = new Set(Object.values(STARGZ_FILES));

/** Annotations that describe the bytes of a layer, such as tables of contents and checksums: they do not outlive these. */
export const isBoundToBytes = (key: string): boolean => BOUND_TO_BYTES.test(key);

const BOUND_TO_BYTES =
  /^(io\.github\.containers\.zstd-chunked\.|io\.containers\.estargz|containerd\.io\/(snapshot|uncompressed|distribution)|com\.amazon\.soci\.|buildkit\/)/;
