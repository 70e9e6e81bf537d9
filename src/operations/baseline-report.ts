import { readFile } from 'node:fs/promises';
import type { ImageAnalysis } from '../api/analysis.ts';
import { ReslimError } from '../base/errors.ts';
import { asIoError } from '../base/io-error.ts';
import type { Baseline } from '../checks/subject.ts';

/** Whether a baseline is a document of an earlier run: no image is named so. */
export const isReport = (name: string): boolean => name.endsWith('.json');

/** What an earlier run wrote of one image. */
export interface ReportedImage extends Baseline {
  readonly platform: string;
}

/**
 * Reads the images of a JSON document that `inspect --json`, `check --json` or `--report` wrote. Rejects with
 * `usage` for other contents.
 */
export const readBaselineReport = async (path: string): Promise<readonly ReportedImage[]> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw asIoError(error, path);
  });
  const images = (parse(text, path) as { readonly images?: unknown } | null)?.images;
  const found = Array.isArray(images) ? images.flatMap(readImage) : [];
  if (found.length > 0) return found;
  throw refused(path);
};

/** An image as the documents write it: flat, or in a slim with what it became. */
interface Written {
  readonly platform?: unknown;
  readonly compressedSize?: unknown;
  readonly target?: { readonly compressedSize?: unknown };
  readonly expected?: { readonly compressedSize?: unknown };
  readonly analysis?: Pick<ImageAnalysis, 'packages' | 'layers'>;
}

const readImage = (image: Written | null): ReportedImage[] => {
  const { platform, target, expected, analysis } = image ?? {};
  const { compressedSize } = target ?? expected ?? image ?? {};
  if (typeof platform !== 'string' || typeof compressedSize !== 'number') return [];
  const isWhole = Array.isArray(analysis?.packages) && Array.isArray(analysis.layers);
  return [{ platform, compressedSize, ...(isWhole && { analysis }) }];
};

const parse = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused(path, cause);
  }
};

const refused = (path: string, cause?: unknown): ReslimError =>
  new ReslimError('usage', `this is no report of reslim: ${path}`, {
    hint: 'a baseline is an image, or what inspect --json, check --json or --report wrote',
    cause,
  });
