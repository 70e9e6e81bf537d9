import type { HostText, MirrorSettingsText } from '../settings/mirror-schema.ts';
import type { ForeignFile } from './foreign-file.ts';
import { importCredentials } from './regsync-host.ts';
import { importStep } from './regsync-step.ts';
import { importSettings, type RegsyncContext } from './regsync-settings.ts';
import type { Draft, ImportNote, Imported } from './mirror-draft.ts';
import type { RegsyncFile } from './regsync-schema.ts';

/** Says in a mirror file what regsync does with a file of its own. */
export const importRegsync = (data: RegsyncFile, file: ForeignFile): Imported => {
  const notes: ImportNote[] = [];
  const context: RegsyncContext = {
    note: (path, message) => {
      notes.push({ line: file.lineOf(path), message });
      return `not imported: ${message}`;
    },
  };
  const hosts = new Map<string, Draft<HostText>>();
  for (const [at, each] of (data.creds ?? []).entries()) {
    const { name, draft } = importCredentials(each, ['creds', at], context);
    const comments = [...commentsOf('creds', at, file), ...draft.comments];
    hosts.set(name, { ...draft, comments });
  }
  const steps = data.sync.map((step, at) => {
    const path = ['sync', at];
    const { drafts, sourceHost, floor } = importStep(step, data.defaults ?? {}, path, context);
    if (sourceHost !== undefined && floor !== undefined) raiseFloor(hosts, sourceHost, floor);
    return drafts.map((draft, place) => ({
      ...draft,
      comments: [...(place === 0 ? commentsOf('sync', at, file) : []), ...draft.comments],
    }));
  });
  const settings = importSettings(data.defaults ?? {}, ['defaults'], context);
  return {
    draft: {
      head: [
        ...file.head,
        ...Object.keys(data)
          .filter((key) => !OWN_PLACE.has(key))
          .flatMap((key) => file.commentsAt([key])),
      ],
      hosts,
      concurrency: Number(data.defaults?.parallel) || undefined,
      defaults: defaultsOf(settings, file),
      mirrors: steps.flat(),
      foot: file.foot,
    },
    notes: notes.sort((a, b) => a.line - b.line),
  };
};

/** What stands at the key of a list is about its first item. */
const commentsOf = (list: 'creds' | 'sync', at: number, file: ForeignFile): readonly string[] => [
  ...(at === 0 ? file.ownCommentsAt([list]) : []),
  ...file.commentsAt([list, at]),
];

/** Keys whose comments have a place of their own; those of `version` and others go to the head. */
const OWN_PLACE: ReadonlySet<string> = new Set(['creds', 'defaults', 'sync']);

const defaultsOf = (
  { value, comments }: Draft<MirrorSettingsText>,
  file: ForeignFile,
): Draft<MirrorSettingsText> => ({
  value: { copy: true, ...value },
  comments: [
    ...file.commentsAt(['defaults']),
    'As regsync does: copies, not slimmed. Without `copy: true` images are slimmed.',
    ...comments,
  ],
});

/** Theirs is of a step, ours of a host: the largest one of its steps holds. */
const raiseFloor = (hosts: Map<string, Draft<HostText>>, name: string, floor: number): void => {
  const known = hosts.get(name) ?? { comments: [] };
  const value = { ...known.value, floor: Math.max(floor, known.value?.floor ?? 0) };
  hosts.set(name, { ...known, value });
};
