import type { Node } from '../../tree/node.ts';

/** Something that a source refers to by a name. */
export interface Reference {
  readonly kind: 'loads' | 'reads';
  readonly to: Node;
  /** Where it stands in the text. */
  readonly at: number;
  /** All that is in a folder. */
  readonly whole?: true;
}

/** Finds what the text of a source, without comments, refers to. */
export type FindReferences = (source: Node, text: string) => readonly Reference[];
