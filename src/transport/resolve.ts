import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ReslimError } from '../base/errors.ts';
import { quote } from '../oci/digest.ts';
import { isFullImageName, namesRegistry, parseImageName, tryImageName } from '../oci/image-name.ts';
import {
  parsePathAndTag,
  parseReference,
  splitCandidates,
  type PathAndTag,
  type Reference,
} from '../oci/reference.ts';
import { sniff, SNIFF_SIZE } from './archive/sniff.ts';
import { ARCHIVE_SUFFIX, describeMissing, isPathLike } from './describe-missing.ts';
import { locatePrefixed } from './engine/locate-image.ts';
import { engineFor } from './engine/open-engine.ts';
import { networkFor, type Network } from './network.ts';
import { resolveImage } from './resolve-image.ts';
import { isLayoutFolder } from './layout/layout-folder.ts';

/**
 * Finds what the name of a source refers to; the result is never `bare`. A bare name is, in this order:
 *
 * 1. a layout: a folder with an `oci-layout` file, then perhaps `:TAG` or `@DIGEST`
 * 2. an archive: a file with the first bytes of a tar, gzip or zstd file, then perhaps `:TAG` or `:REF`;
 *    `-` is standard input
 * 3. an image name with a registry host: that image in that registry
 * 4. an image of the running engine that has it
 * 5. an image on Docker Hub
 *
 * The longest path that exists wins: `a:b` is the folder `a:b` before it is the tag `b` in `a`. The same
 * holds for a path with colons after a prefix. Rejects with `usage`, with `not-found` for a path that does not
 * exist, and with `ambiguous` where several engines have the image.
 */
export const resolveSource = async (
  text: string,
  network: Network = networkFor(),
): Promise<Reference> => {
  const reference = parseReference(text);
  if (reference.kind === 'docker-daemon') return locatePrefixed(reference, network.engine);
  if (reference.kind !== 'bare') return resolvePrefixed(text, reference);
  const candidates = splitCandidates(reference.text);
  const found = (await findLayout(candidates)) ?? (await findArchive(candidates));
  if (found) return found;
  const isPath = candidates.some(({ path }) => isPathLike(path));
  const image = isPath ? undefined : await resolveImage(reference.text, network);
  if (image) return image;
  throw await describeMissing(reference.text, candidates);
};

/**
 * Finds what the name of a target refers to, given the source; the result is never `bare`. A name with
 * a prefix is taken literally. A bare name means
 *
 * - `-`: an archive on standard output, of the source's kind (of a layout: an OCI archive)
 * - a layout that exists (`DIR[:TAG]`), or a new one where the name ends in `/`: that layout
 * - `FILE.tar[:TAG|:REF]`: an archive of the source's kind (of a layout: an OCI archive)
 * - an image name with a registry host: that registry, unless the folder it would be a path in exists
 * - anything else: the place of the source. From a layout that is a layout `DIR[:TAG]`, created if need be;
 *   from an archive a file; from an engine or a registry an image name there, unless it begins like a path.
 *
 * Without a tag the image keeps the names it has in the source. Rejects with `usage`.
 */
export const resolveTarget = async (
  text: string,
  source: Reference,
  network: Network = networkFor(),
): Promise<Reference> => {
  const parsed = parseReference(text);
  const reference =
    parsed.kind === 'bare'
      ? await resolveBare(parsed.text, source)
      : await inSameEngine(await resolvePrefixed(text, parsed), source, network);
  if (reference.kind === 'archive' && !isArchive(source)) {
    const { path, name } = reference;
    return archiveTarget({ path, ...(name !== undefined && { tag: name }) }, source);
  }
  return reference;
};

/** With a prefix it is only open where the path ends and the tag begins: the files that exist decide. */
const resolvePrefixed = async (text: string, reference: Reference): Promise<Reference> => {
  if (!('path' in reference) || reference.path === '-') return reference;
  const isThere = reference.kind === 'oci' ? isLayoutFolder : isFile;
  for (const candidate of splitCandidates(text.slice(text.indexOf(':') + 1))) {
    if (!(await isThere(candidate.path))) continue;
    if (candidate.path === reference.path) return reference;
    if (reference.kind !== 'docker-archive') return { kind: reference.kind, ...candidate };
    const image = candidate.tag === undefined ? undefined : tryImageName(candidate.tag);
    if (candidate.tag === undefined || image)
      return { kind: 'docker-archive', path: candidate.path, ...(image && { image }) };
  }
  return reference;
};

/** The first candidate that is a layout. */
const findLayout = async (candidates: readonly PathAndTag[]): Promise<Reference | undefined> => {
  for (const candidate of candidates) {
    if (await isLayoutFolder(candidate.path)) return { kind: 'oci', ...candidate };
  }
  return undefined;
};

const findArchive = async (candidates: readonly PathAndTag[]): Promise<Reference | undefined> => {
  for (const { path, tag, digest } of candidates) {
    if (!(await isArchiveFile(path))) continue;
    return {
      kind: 'archive',
      path,
      ...(tag !== undefined && { name: tag }),
      ...(digest !== undefined && { digest }),
    };
  }
  return undefined;
};

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

const isFile = async (path: string): Promise<boolean> => {
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && !info.isDirectory();
};

const isArchiveFile = async (path: string): Promise<boolean> => {
  if (path === '-') return true;
  const info = await stat(path).catch(() => undefined);
  // A pipe, such as <(docker save app), can be read only once, so its first bytes are not looked at.
  if (info?.isFIFO()) return true;
  if (!info?.isFile()) return false;
  const handle = await open(path).catch(() => undefined);
  if (!handle) return true;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_SIZE), 0, SNIFF_SIZE, 0);
    return sniff(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await handle.close();
  }
};

const isArchive = ({ kind }: Reference): boolean =>
  kind === 'archive' || kind === 'docker-archive' || kind === 'oci-archive';

const resolveBare = async (text: string, source: Reference): Promise<Reference> => {
  const candidates = splitCandidates(text);
  const layout = await findLayout(candidates);
  if (layout) return layout;
  if (text.endsWith('/')) return { kind: 'oci', path: text };
  // The shortest path: an image name after it may end like a file name, too.
  const archive = candidates.findLast(({ path }) => path === '-' || ARCHIVE_SUFFIX.test(path));
  if (archive) return archiveTarget(archive, source);
  if (!candidates.some(({ path }) => isPathLike(path))) {
    if (namesRegistry(text) && !(await isFolder(dirname(text))))
      return { kind: 'registry', image: parseImageName(text) };
    if (source.kind === 'registry' || source.kind === 'docker-daemon')
      return imageTarget(text, source);
  }
  if (!isArchive(source)) return { kind: 'oci', ...parsePathAndTag(text) };
  if (candidates.length === 1) return archiveTarget({ path: text }, source);
  throw new ReslimError(
    'usage',
    `cannot tell whether the target is a file or an image: ${quote(text)}`,
    {
      hint: `the source is an archive: write NAME.tar, oci:DIR:TAG, or docker-archive:FILE.tar:REF`,
    },
  );
};

const archiveTarget = ({ path, tag }: PathAndTag, source: Reference): Reference => {
  if (COMPRESSED_SUFFIX.test(path)) {
    throw new ReslimError('usage', `archives are written uncompressed: ${quote(path)}`, {
      hint: 'the layers inside are compressed already: name it .tar',
    });
  }
  if (source.kind === 'archive')
    return { kind: 'archive', path, ...(tag !== undefined && { name: tag }) };
  if (source.kind === 'docker-archive' || source.kind === 'docker-daemon')
    return parseReference(`docker-archive:${path}:${tag ?? ''}`);
  return { kind: 'oci-archive', path, ...(tag !== undefined && { tag }) };
};

/** Podman names its own images `localhost/app`: an image made from one gets such a name, too. */
const imageTarget = (
  text: string,
  source: Reference & { readonly kind: 'registry' | 'docker-daemon' },
): Reference => {
  const image = parseImageName(text);
  if (source.kind === 'registry') return { kind: 'registry', image };
  const isLocal = 'registry' in source.image && source.image.registry === 'localhost';
  return {
    ...source,
    image: isLocal && !isFullImageName(text) ? parseImageName(`localhost/${text}`) : image,
  };
};

/** With a prefix, a target is in the engine of the source where that is of the kind the prefix names. */
const inSameEngine = async (
  target: Reference,
  source: Reference,
  network: Network,
): Promise<Reference> => {
  if (target.kind !== 'docker-daemon' || source.kind !== 'docker-daemon') return target;
  // Where no Docker runs, Podman may stand in for it.
  const engine =
    target.engine ??
    (source.engine === 'podman' ? await engineFor(target, network.engine) : 'docker');
  return engine === source.engine ? { ...source, image: target.image } : { ...target, engine };
};

const COMPRESSED_SUFFIX = /\.(tgz|tar\.\w+)$/i;
