import { ReslimError } from '../base/errors.ts';
import { shortDigest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { hasFalseData, withoutData } from '../oci/embedded-data.ts';
import { descriptorOf, imagesOf, type ImageNode } from '../oci/image.ts';
import type { JsonObject } from '../oci/json.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';

/** One manifest of an index, with what is below it. */
export interface IndexMember {
  readonly node: ImageNode;
  /** The descriptor as the index has it, or will. */
  readonly raw: JsonObject;
  /** Where its blobs are. */
  readonly source: ImageSource;
  readonly isAdded: boolean;
}

/** What an index lists, or the one image that another index will list. Throws `unsupported` for what is neither. */
export const membersOf = (
  root: ImageNode,
  source: ImageSource,
  isAdded: boolean,
): readonly IndexMember[] => {
  if (root.kind === 'index')
    return root.children.map((node, at) => {
      const descriptor = root.document.value.manifests[at];
      const raw = descriptor?.raw ?? {};
      const kept = descriptor && hasFalseData(descriptor) ? withoutData(raw) : raw;
      return { node, raw: kept, source, isAdded };
    });
  if (root.kind === 'other')
    throw new ReslimError('unsupported', `no image, ${source.name}`, { place: source.name });
  const { mediaType, digest, size } = root.document.descriptor;
  return [
    {
      node: root,
      raw: { mediaType, digest, size, platform: platformObject(root.platform, source.name) },
      source,
      isAdded,
    },
  ];
};

/** As Go writes it. */
const platformObject = (platform: Platform, place: string): JsonObject => {
  const { architecture, os, osVersion, osFeatures, variant } = platform;
  if (os === '' || architecture === '')
    throw new ReslimError('unsupported', `the config does not tell the platform, ${place}`, {
      hint: 'an index is for images that do: build it again',
      place,
    });
  return {
    architecture,
    os,
    ...(osVersion !== undefined && { 'os.version': osVersion }),
    ...(osFeatures !== undefined && { 'os.features': osFeatures }),
    ...(variant !== undefined && { variant }),
  };
};

/** The members for some platforms, and what is said about them. */
export const ofPlatforms = (
  members: readonly IndexMember[],
  platforms: readonly Platform[],
): readonly IndexMember[] => {
  const images = members.filter(({ node }) => isForOne(node, platforms));
  const digests = new Set<string>(images.map(digestOfMember));
  return members.filter(
    (member) =>
      images.includes(member) ||
      (member.node.kind === 'other' && digests.has(member.node.subject ?? '')),
  );
};

/** Whether a manifest, or all images of an index below, are for one of some platforms. */
export const isForOne = (node: ImageNode, platforms: readonly Platform[]): boolean => {
  const images = imagesOf(node);
  return (
    images.length > 0 &&
    images.every(({ platform }) => platforms.some((wanted) => matchesPlatform(wanted, platform)))
  );
};

/**
 * Adds members behind those that are there. One that is there stays once; another image for the same platform is refused
 * with `usage`, or takes the place of the old one and of what is said about that.
 */
export const addMembers = (
  before: readonly IndexMember[],
  added: readonly IndexMember[],
  { replaces }: { readonly replaces: boolean },
): readonly IndexMember[] => {
  let members = [...before];
  for (const member of added) {
    if (members.some((other) => digestOfMember(other) === digestOfMember(member))) continue;
    const platform = platformKey(member.node);
    const at = members.findIndex(
      ({ node }) => platform !== undefined && platformKey(node) === platform,
    );
    const rival = members[at];
    if (!rival) members.push(member);
    else if (replaces) {
      members[at] = member;
      members = withoutSubject(members, digestOfMember(rival));
    } else throw twoImages(member, rival);
  }
  return members;
};

/** The members that stay without some, and without what is said about these. */
export const removeMembers = (
  members: readonly IndexMember[],
  isGone: (member: IndexMember) => boolean,
): readonly IndexMember[] =>
  members.filter(isGone).reduce<readonly IndexMember[]>(
    (rest, gone) => withoutSubject(rest, digestOfMember(gone)),
    members.filter((member) => !isGone(member)),
  );

export const digestOfMember = ({ node }: IndexMember): Digest => descriptorOf(node).digest;

const withoutSubject = (members: readonly IndexMember[], subject: Digest): IndexMember[] =>
  members.filter(({ node }) => node.kind !== 'other' || node.subject !== subject);

/** Builds of Windows differ in their version alone. */
const platformKey = (node: ImageNode): string | undefined => {
  if (node.kind !== 'image') return undefined;
  const { osVersion = '', osFeatures = [] } = node.platform;
  return [formatPlatform(node.platform), osVersion, ...osFeatures].join(' ');
};

const twoImages = (member: IndexMember, rival: IndexMember): ReslimError => {
  const [image] = imagesOf(member.node);
  const platform = image ? formatPlatform(image.platform) : '';
  const digests = [rival, member].map((each) => shortDigest(digestOfMember(each)));
  return new ReslimError(
    'usage',
    `two images for ${platform}: ${digests.join(' and ')}, ${member.source.name}`,
    { hint: '--replace lets the later one take the place', place: member.source.name },
  );
};
