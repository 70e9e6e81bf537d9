import type { HostText, MirrorEntryText } from '../settings/mirror-schema.ts';
import type { ForeignFile } from './foreign-file.ts';
import { passwordVariable } from './host-secret.ts';
import type { Draft, ImportNote, Imported } from './mirror-draft.ts';
import type { SkopeoFile, SkopeoRegistry } from './skopeo-schema.ts';
import { anywhereInTag, asIs, namedTag } from './tag-patterns.ts';
import { skopeoRange } from './version-ranges.ts';

/** What skopeo is told on its command line, and the file does not say. */
export interface SkopeoFlags {
  /** The destination. */
  readonly to: string;
  /** Put the whole name of the source behind it. */
  readonly scoped?: boolean | undefined;
  /** All platforms; else that of the machine. */
  readonly all?: boolean | undefined;
  /** Put behind each tag. */
  readonly appendSuffix?: string | undefined;
  /** `os/arch` of the machine. */
  readonly platform: string;
}

/** Says in a mirror file what `skopeo sync --src yaml` does with a file of its own. */
export const importSkopeo = (data: SkopeoFile, file: ForeignFile, flags: SkopeoFlags): Imported => {
  const notes: ImportNote[] = [];
  const note = (path: readonly PropertyKey[], message: string): string => {
    notes.push({ line: file.lineOf(path), message });
    return `not imported: ${message}`;
  };
  const registries = Object.entries(data);
  const hosts = new Map(
    registries.map(([name, registry]) => [
      hostOf(name),
      importHost(name, registry, { file, note }),
    ]),
  );
  const mirrors = registries.flatMap(([host, registry]) =>
    importImages(host, registry, { file, flags, note }),
  );
  const defaults = {
    value: { copy: true, ...(!flags.all && { platforms: flags.platform }) },
    comments: [
      'As skopeo does: copies, not slimmed. Without this line images are slimmed.',
      ...(flags.all ? [] : ['skopeo sync without --all copies the platform of the machine alone.']),
    ],
  };
  return { draft: { head: file.head, hosts, defaults, mirrors, foot: file.foot }, notes };
};

interface Context {
  readonly file: ForeignFile;
  /** Notes what cannot be said, and returns the comment for it. */
  readonly note: (path: readonly PropertyKey[], message: string) => string;
}

/** A registry may be named with the beginning of a path. */
const hostOf = (name: string): string => name.split('/', 1)[0] as string;

const importHost = (
  name: string,
  registry: SkopeoRegistry,
  { file, note }: Context,
): Draft<HostText> => {
  const host = hostOf(name);
  const { credentials } = registry;
  const comments = [
    ...file.ownCommentsAt([name]),
    ...['credentials', 'tls-verify', 'cert-dir'].flatMap((key) => file.commentsAt([name, key])),
  ];
  const username = credentials?.username;
  if (username !== undefined) {
    const variable = passwordVariable(host);
    comments.push(note([name, 'credentials'], `the password; put it into ${variable}`));
  }
  const folder = registry['cert-dir'];
  if (folder !== undefined)
    comments.push(
      note(
        [name, 'cert-dir'],
        `cert-dir ${folder}; put its files into /etc/containers/certs.d/${host}`,
      ),
    );
  return {
    value: {
      ...(registry['tls-verify'] === 'false' && { insecure: true }),
      ...(username !== undefined && {
        username: asIs(username),
        password: { env: passwordVariable(host) },
      }),
    },
    comments,
  };
};

const importImages = (
  host: string,
  registry: SkopeoRegistry,
  { file, flags, note }: Context & { readonly flags: SkopeoFlags },
): Draft<MirrorEntryText>[] => {
  const entry = (
    kind: 'images' | 'images-by-tag-regex' | 'images-by-semver',
    repository: string,
    chosen: Pick<MirrorEntryText, 'tags' | 'digests'> | undefined,
    why = '',
  ): Draft<MirrorEntryText> => {
    const path = [host, kind, repository];
    const isFirst = Object.keys(registry[kind] as object)[0] === repository;
    const above = isFirst ? file.ownCommentsAt([host, kind]) : [];
    const comments = [...above, ...file.commentsAt(path)];
    const from = `${host}/${repository}`;
    if (!chosen) return { comments: [...comments, note(path, `${from}: ${why}`)] };
    return { value: { from, ...placeFor(host, flags), ...chosen }, comments };
  };
  const { images, 'images-by-tag-regex': byRegex, 'images-by-semver': bySemver } = registry;
  return [
    ...Object.entries(images ?? {}).map(([repository, references]) =>
      entry('images', repository, chosenBy(references ?? [])),
    ),
    ...Object.entries(byRegex ?? {}).map(([repository, regex]) =>
      entry('images-by-tag-regex', repository, { tags: anywhereInTag(regex) }),
    ),
    ...Object.entries(bySemver ?? {}).map(([repository, range]) => {
      const tags = skopeoRange(range);
      return entry('images-by-semver', repository, tags && { tags }, `no range says "${range}"`);
    }),
  ];
};

const chosenBy = (references: readonly string[]): Pick<MirrorEntryText, 'tags' | 'digests'> => {
  const digests = references.filter((reference) => reference.includes(':'));
  const tags = references.filter((reference) => !reference.includes(':')).map(namedTag);
  return { ...(tags.length > 0 && { tags }), ...(digests.length > 0 && { digests }) };
};

const placeFor = (
  host: string,
  { to, scoped, appendSuffix }: SkopeoFlags,
): Pick<MirrorEntryText, 'to' | 'tag-as'> => ({
  to: `${to.replace(/\/+$/, '')}/${scoped ? `${host}/{repository}` : '{name}'}`,
  ...(appendSuffix !== undefined && { 'tag-as': `{tag}${appendSuffix}` }),
});
