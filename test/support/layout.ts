import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FLATTEN = fileURLToPath(new URL('flatten.py', import.meta.url));

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Record<string, string>;
}

export interface LayoutImage {
  /** Of the manifest the tag points at. */
  readonly digest: string;
  readonly layers: readonly Descriptor[];
  /** Compressed bytes of all layers. */
  readonly size: number;
  readonly config: Record<string, unknown>;
  readonly configDigest: string;
}

const readJson = async <T>(path: string): Promise<T> =>
  JSON.parse(await readFile(path, 'utf8')) as T;

/** Reads one single-platform image of an OCI layout, without reslim's code. */
export const readImage = async (layout: string, tag: string): Promise<LayoutImage> => {
  const blob = (digest: string): string => join(layout, 'blobs', digest.replace(':', '/'));
  const index = await readJson<{ manifests: Descriptor[] }>(join(layout, 'index.json'));
  const found = index.manifests.find(
    ({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] === tag,
  );
  if (found === undefined) throw new Error(`no tag ${tag} in ${layout}`);
  const manifest = await readJson<{ config: Descriptor; layers: Descriptor[] }>(blob(found.digest));
  return {
    digest: found.digest,
    layers: manifest.layers,
    size: manifest.layers.reduce((total, { size }) => total + size, 0),
    config: await readJson(blob(manifest.config.digest)),
    configDigest: manifest.config.digest,
  };
};

/** The flattened file system as flatten.py tells it: one JSON line per path, sorted by path. */
export const flatten = async (layout: string, tag: string): Promise<readonly string[]> => {
  const { stdout } = await promisify(execFile)('python3', ['-B', FLATTEN, layout, tag], {
    maxBuffer: 1024 * 1024 * 1024,
  });
  return stdout.trimEnd().split('\n');
};

/** Lines only one side has, at most 20: what a failing comparison should print. */
export const differences = (before: readonly string[], after: readonly string[]): string[] => {
  const left = new Set(before);
  const right = new Set(after);
  return [
    ...before.filter((line) => !right.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !left.has(line)).map((line) => `+ ${line}`),
  ].slice(0, 20);
};
