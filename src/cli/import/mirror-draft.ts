import { Document, isMap, isSeq, type YAMLMap } from 'yaml';
import type { HostText, MirrorEntryText, MirrorSettingsText } from '../settings/mirror-schema.ts';

/** A part of a mirror file that is to be written, with comments above it. */
export interface Draft<Value> {
  /** Absent where the other program's setting cannot be said; then only the comments are written. */
  readonly value?: Value | undefined;
  readonly comments: readonly string[];
}

/** A mirror file that is to be written. */
export interface MirrorDraft {
  readonly head: readonly string[];
  readonly hosts: ReadonlyMap<string, Draft<HostText>>;
  readonly concurrency?: number | undefined;
  readonly defaults: Draft<MirrorSettingsText>;
  readonly mirrors: readonly Draft<MirrorEntryText>[];
  readonly foot: readonly string[];
}

/** What could not be said in a mirror file, by the line of the other program's file. */
export interface ImportNote {
  readonly line: number;
  readonly message: string;
}

/** What an import made. */
export interface Imported {
  readonly draft: MirrorDraft;
  readonly notes: readonly ImportNote[];
}

/** The text of a mirror file. */
export const formatDraft = ({
  head,
  hosts,
  concurrency,
  defaults,
  mirrors,
  foot,
}: MirrorDraft): string => {
  const settings = defaults.value ?? {};
  const said = [...hosts].filter(([, { value }]) => Object.keys(value ?? {}).length > 0);
  const document = new Document({
    ...(said.length > 0 && {
      hosts: Object.fromEntries(said.map(([host, { value }]) => [host, value])),
    }),
    ...(concurrency !== undefined && { concurrency }),
    ...(Object.keys(settings).length > 0 && { defaults: settings }),
    mirrors: mirrors.flatMap(({ value }) => value ?? []),
  });
  commentHosts(document, hosts);
  const rest = commentMirrors(document, mirrors);
  if (Object.keys(settings).length > 0) commentKey(document, 'defaults', defaults.comments);
  else commentKey(document, 'mirrors', defaults.comments);
  document.commentBefore = commentOf(head);
  const end = [...rest, ...foot];
  if (end.length > 0) document.comment = commentOf(end);
  return document.toString({ lineWidth: 0 });
};

const commentHosts = (document: Document, hosts: MirrorDraft['hosts']): void => {
  const written = document.get('hosts');
  const lost: string[] = [];
  for (const [host, { comments }] of hosts) {
    const pair = isMap(written) && written.items.find(({ key }) => isKey(key, host));
    if (pair)
      pair.key = Object.assign(document.createNode(host), { commentBefore: commentOf(comments) });
    else lost.push(...comments.map((comment) => `${host}: ${comment}`));
  }
  if (lost.length > 0) commentKey(document, isMap(written) ? 'hosts' : 'mirrors', lost);
};

/** Comments of entries that are not written go to the next one. Returns those that have no next one. */
const commentMirrors = (document: Document, mirrors: MirrorDraft['mirrors']): string[] => {
  const list = document.get('mirrors');
  const items = isSeq(list) ? (list.items as YAMLMap[]) : [];
  let waiting: string[] = [];
  let at = 0;
  for (const { value, comments } of mirrors) {
    waiting.push(...comments);
    const item = value && items[at++];
    if (!item) continue;
    if (waiting.length > 0) item.commentBefore = commentOf(waiting);
    waiting = [];
  }
  return waiting;
};

const commentKey = (document: Document, name: string, comments: readonly string[]): void => {
  if (comments.length === 0 || !isMap(document.contents)) return;
  const pair = document.contents.items.find(({ key }) => isKey(key, name));
  if (!pair) return;
  const key = document.createNode(name);
  key.commentBefore = commentOf(comments);
  pair.key = key;
};

const isKey = (key: unknown, name: string): boolean => String(key) === name;

const commentOf = (lines: readonly string[]): string => lines.map((line) => ` ${line}`).join('\n');
