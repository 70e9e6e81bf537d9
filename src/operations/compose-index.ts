import type { IndexEntry, IndexOptions, IndexResult } from '../api/image-index.ts';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { imagesOf, type ImageNode, type IndexNode } from '../oci/image.ts';
import type { JsonObject } from '../oci/json.ts';
import { formatPlatform, parsePlatform, type Platform } from '../oci/platform.ts';
import { carryNode } from '../write/carry-node.ts';
import { composeIndex as composeBytes } from '../write/compose-index.ts';
import { putBytes } from '../write/copy-blob.ts';
import {
  addMembers,
  digestOfMember,
  isForOne,
  membersOf,
  ofPlatforms,
  removeMembers,
  type IndexMember,
} from '../write/index-entries.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import { withSession } from './session.ts';

/**
 * Makes an index of several images, or changes one: takes images out, adds others, annotates. Images keep their digests;
 * what they consist of is copied or mounted. Rejects with a `ReslimError`; the target then is as it was.
 */
export const composeIndex = (options: IndexOptions): Promise<IndexResult> =>
  withSession(options, async (session) => {
    const request = readRequest(options);
    const names = [...(options.base === undefined ? [] : [options.base]), ...request.add];
    if (names.length === 0)
      throw new ReslimError('usage', 'no image is named', { hint: 'name one or more' });
    const { sources, targets } = await session.open({
      sources: names as [string, ...string[]],
      targets: [options.target],
      combines: options.base === undefined ? 'anew' : 'into-first',
      inPlace: options.inPlace ?? false,
    });
    const [target] = targets;
    refuseTarget(target);
    const roots: (readonly [SessionSource, ImageNode])[] = [];
    for (const source of sources) roots.push([source, await session.read(source)]);
    const base = options.base === undefined ? undefined : baseOf(roots.shift());
    const before = base ? membersOf(base.root, base.source, false) : [];
    const added = roots.flatMap(([source, root]) => addedOf(source, root, request));
    const staying = withoutRemoved(before, request, base?.source.name ?? '');
    const members = addMembers(staying, added, { replaces: options.replace ?? false });
    if (members.length === 0) throw new ReslimError('usage', 'nothing would be left in the index');
    const annotated = annotate(members, request, target.name);

    session.onEvent({ type: 'stage', stage: 'write' });
    const writing = { target, signal: session.signal };
    for (const { node, source } of members) await carryNode(node, { ...writing, source });
    const { bytes, mediaType } = composeBytes({
      base: base?.root.document,
      manifests: annotated,
      annotations: request.annotatePlatforms ? {} : request.annotations,
      isOciOnly: target.isOciOnly,
    });
    const written: Descriptor = { mediaType, ...(await putBytes(bytes, mediaType, writing)) };
    throwIfAborted(session.signal);
    session.onEvent({ type: 'stage', stage: 'commit' });
    await target.commit(written);
    return {
      target: { name: target.name, digest: written.digest },
      mediaType,
      entries: members.map(describe),
      removed: before.filter((member) => !members.includes(member)).map(describe),
      notes: session.notes,
      durationMs: session.elapsed(),
    };
  });

/** What is asked for, checked. */
interface Request {
  readonly add: readonly string[];
  readonly addPlatforms: readonly Platform[] | undefined;
  readonly removePlatforms: readonly Platform[];
  readonly removeDigests: readonly string[];
  /** To set, or to remove where there is no value. */
  readonly annotations: Readonly<Record<string, string | undefined>>;
  readonly annotatePlatforms: readonly Platform[] | undefined;
}

const readRequest = (options: IndexOptions): Request => {
  const { add = [], addPlatforms = [], removePlatforms = [], removeDigests = [] } = options;
  const { annotations = {}, unsetAnnotations = [], annotatePlatforms = [] } = options;
  const wrong = removeDigests.find(
    (digest) => !/^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest),
  );
  if (wrong !== undefined)
    throw new ReslimError('usage', `not a digest: ${wrong}`, { hint: 'write sha256:…, in full' });
  const bad = Object.keys(annotations).find((key) => !/^\S+$/.test(key));
  if (bad !== undefined)
    throw new ReslimError('usage', `--annotation has no valid name: ${JSON.stringify(bad)}`);
  return {
    add,
    addPlatforms: orUndefined(addPlatforms.map(parsePlatform)),
    removePlatforms: removePlatforms.map(parsePlatform),
    removeDigests,
    annotations: {
      ...Object.fromEntries(unsetAnnotations.map((key) => [key, undefined])),
      ...annotations,
    },
    annotatePlatforms: orUndefined(annotatePlatforms.map(parsePlatform)),
  };
};

const orUndefined = <Item>(list: readonly Item[]): readonly Item[] | undefined =>
  list.length === 0 ? undefined : list;

const refuseTarget = ({ reference, name }: SessionTarget): void => {
  if (reference.kind !== 'docker-archive' && reference.kind !== 'docker-daemon') return;
  throw new ReslimError('usage', `no place for an index: ${name}`, {
    hint: 'registries, layouts (oci:DIR:TAG) and their archives (oci-archive:FILE) have one',
    place: name,
  });
};

const baseOf = (
  read: readonly [SessionSource, ImageNode] | undefined,
): { readonly source: SessionSource; readonly root: IndexNode } => {
  const [source, root] = read as [SessionSource, ImageNode];
  if (root.kind === 'index') return { source, root };
  throw new ReslimError('usage', `no index but one image, ${source.name}`, {
    hint: 'reslim index create makes an index of images',
    place: source.name,
  });
};

const addedOf = (
  source: SessionSource,
  root: ImageNode,
  { addPlatforms }: Request,
): readonly IndexMember[] => {
  const members = membersOf(root, source, true);
  const chosen = addPlatforms ? ofPlatforms(members, addPlatforms) : members;
  if (chosen.length > 0) return chosen;
  throw noneFor(addPlatforms ?? [], members, source.name);
};

const withoutRemoved = (
  members: readonly IndexMember[],
  { removePlatforms, removeDigests }: Request,
  place: string,
): readonly IndexMember[] => {
  for (const platform of removePlatforms)
    if (!members.some(({ node }) => isForOne(node, [platform])))
      throw noneFor([platform], members, place);
  const missing = removeDigests.find(
    (digest) => !members.some((member) => digestOfMember(member) === digest),
  );
  if (missing !== undefined)
    throw new ReslimError('usage', `the index does not list ${missing}, ${place}`, { place });
  return removeMembers(
    members,
    (member) =>
      isForOne(member.node, removePlatforms) || removeDigests.includes(digestOfMember(member)),
  );
};

/** The descriptors, with annotations of those that get some. */
const annotate = (
  members: readonly IndexMember[],
  { annotatePlatforms, annotations }: Request,
  place: string,
): readonly JsonObject[] => {
  if (!annotatePlatforms) return members.map(({ raw }) => raw);
  for (const platform of annotatePlatforms)
    if (!members.some(({ node }) => isForOne(node, [platform])))
      throw noneFor([platform], members, place);
  return members.map(({ node, raw }) => {
    if (!isForOne(node, annotatePlatforms)) return raw;
    const { annotations: before, ...rest } = raw;
    const after = Object.entries({ ...(before as object | undefined), ...annotations }).filter(
      ([, text]) => text !== undefined,
    );
    return after.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(after) };
  });
};

const noneFor = (
  platforms: readonly Platform[],
  members: readonly IndexMember[],
  place: string,
): ReslimError => {
  const there = members.flatMap(({ node }) => imagesOf(node).map(({ platform }) => platform));
  const names = [...new Set(there.map(formatPlatform))].join(', ');
  return new ReslimError(
    'usage',
    `no image for ${platforms.map(formatPlatform).join(', ')}, ${place}`,
    { hint: names === '' ? 'there is no image' : `there are images for ${names}`, place },
  );
};

const describe = (member: IndexMember): IndexEntry => {
  const { node, raw, isAdded } = member;
  return {
    platform: node.kind === 'image' ? formatPlatform(node.platform) : 'unknown/unknown',
    digest: digestOfMember(member),
    mediaType: String(raw['mediaType']),
    kind: node.kind === 'other' ? node.role : node.kind,
    added: isAdded,
  };
};
