import { createHash, type Hash } from 'node:crypto';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Layer } from '../layer/layer.ts';
import type { Digest } from '../oci/digest.ts';
import type { Member } from '../plan/plan.ts';

/** What the tar of a layer is. */
export interface Tar {
  readonly diffId: Digest;
  /** Bytes. */
  readonly unpackedSize: number;
}

/** Tars that earlier runs made, by what they were made of: where one is known, nothing of it is read again. */
export interface KnownTars {
  find(key: string): Promise<Tar | undefined>;
  keep(key: string, tar: Tar): Promise<void>;
}

/**
 * Names all that the tar of a new layer depends on beside the program: slices of source layers, which are known by their
 * digests, and what changes of them. `undefined` where new contents are too large to be looked at for this.
 */
export const tarKey = async (
  members: Iterable<Member>,
  layers: readonly Layer[],
): Promise<string | undefined> => {
  const hash = createHash('sha256');
  let lines: string[] = [];
  for (const member of members) {
    lines.push(lineOf(member, layers));
    const content = contentOf(member);
    if (!content && lines.length < LINES) continue;
    hash.update(lines.join(''), 'latin1');
    lines = [];
    if (content && content.size > MAX_CONTENT) return undefined;
    if (content) await hashContent(content, hash);
  }
  return hash.update(lines.join(''), 'latin1').digest('hex');
};

/** Members that are hashed in one go. */
const LINES = 1000;

/** Records of packages are smaller; what tools made of programs is made anew each time. */
const MAX_CONTENT = 16 * 1024 * 1024;

const contentOf = (member: Member): LayerBytes | undefined =>
  member.kind === 'rewrite' ? member.changes.content : undefined;

/** Paths hold no zero bytes, so that no two members have the same line. */
const lineOf = (member: Member, layers: readonly Layer[]): string => {
  if (!('entry' in member)) return `${member.kind} ${member.path}\0\n`;
  const { layer, offset, headerSize, bodySize } = member.entry;
  const place = `${member.kind} ${layers[layer]?.diffId} ${offset} ${headerSize} ${bodySize}`;
  if (member.kind === 'copy') return `${place}\n`;
  const { path, linkTo, mtime, plain, content } = member.changes;
  return `${place} ${path ?? ''}\0${linkTo ?? ''}\0${mtime ?? ''} ${plain ?? ''} ${content?.size ?? ''}\n`;
};

const hashContent = async (content: LayerBytes, hash: Hash): Promise<void> => {
  const bytes = Buffer.allocUnsafe(content.size);
  await content.read(bytes, 0);
  hash.update(bytes);
};
