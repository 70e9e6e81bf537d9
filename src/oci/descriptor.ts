import { parseDigest, type Digest } from './digest.ts';
import { asObject, asSize, asString, asStringMap, type JsonObject } from './json.ts';
import { readPlatform, type Platform } from './platform.ts';

/**
 * Names a blob. Unknown members stay in `raw`, and are written wherever the descriptor is.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes as stored. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly platform?: Platform | undefined;
  readonly artifactType?: string | undefined;
  /** Where a non-distributable layer can be downloaded; reslim never does. */
  readonly urls?: readonly string[] | undefined;
  /** The descriptor as its document spells it. */
  readonly raw?: JsonObject | undefined;
}

/** Reads one descriptor. `where` names it in errors, e.g. `layers[2] of sha256:…`. */
export const readDescriptor = (value: unknown, where: string): Descriptor => {
  const raw = asObject(value, where);
  const { platform, annotations, artifactType, urls } = raw;
  return {
    mediaType: asString(raw['mediaType'] ?? '', `mediaType of ${where}`),
    digest: parseDigest(raw['digest'], `digest of ${where}`),
    size: asSize(raw['size'], `size of ${where}`),
    ...(annotations != null && {
      annotations: asStringMap(annotations, `annotations of ${where}`),
    }),
    ...(platform != null && { platform: readPlatform(platform, `platform of ${where}`) }),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(Array.isArray(urls) &&
      urls.length > 0 && { urls: urls.map((url) => asString(url, `urls of ${where}`)) }),
    raw,
  };
};

/** The short form used in messages: `sha256:0123456789ab`. */
export const shortDigest = (digest: Digest): string => digest.slice(0, digest.indexOf(':') + 13);
