import type { Descriptor } from './descriptor.ts';

/** What a layer holds that was made by content: the next build of the image finds it by this. */
export interface LayerContent {
  /** `system-3`, `records`, `application`. */
  readonly name: string;
  /** Ids of its groups, sorted. None of them has a line break. */
  readonly groups: readonly string[];
}

const NAME = 'dev.reslim.layer';
const GROUPS = 'dev.reslim.layer.groups';

/** What a layer's descriptor records of what it holds. */
export const contentAnnotations = ({ name, groups }: LayerContent): Record<string, string> => ({
  [NAME]: name,
  [GROUPS]: groups.join('\n'),
});

/** `undefined` for a layer that was not made by content. */
export const readContent = ({ annotations }: Descriptor): LayerContent | undefined => {
  const name = annotations?.[NAME];
  if (name === undefined) return undefined;
  return { name, groups: annotations?.[GROUPS]?.split('\n') ?? [] };
};

/** The same in the history of an image, where Docker's manifests have no annotations: the name alone. */
export const contentComment = (name: string): string => `${COMMENT}${name}`;

export const readContentComment = (comment: unknown): string | undefined =>
  typeof comment === 'string' && comment.startsWith(COMMENT)
    ? comment.slice(COMMENT.length)
    : undefined;

const COMMENT = 'files by content: ';
