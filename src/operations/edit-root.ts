import type { Edits } from '../edits/edits.ts';
import { editImages } from '../edits/edit-images.ts';
import type { ImageNode } from '../oci/image.ts';
import type { Reference } from '../oci/reference.ts';
import type { Session } from './session.ts';

/** The documents of a source as edits make them: all that follows goes by these. */
export const editRoot = (
  root: ImageNode,
  edits: Edits | undefined,
  { addNote }: Pick<Session, 'addNote'>,
): ImageNode => {
  if (!edits) return root;
  const edited = editImages(root, edits);
  for (const note of edited.notes) addNote(note);
  return edited.root;
};

/** Archives of `docker save`, and engines, which take these, know no annotations. */
export const noteLostAnnotations = (
  edits: Edits | undefined,
  targets: readonly { readonly name: string; readonly reference: Reference }[],
  { addNote }: Pick<Session, 'addNote'>,
): void => {
  if (!edits || edits.annotations.set.length === 0) return;
  for (const { name, reference } of targets)
    if (WITHOUT_ANNOTATIONS.has(reference.kind))
      addNote(`--annotation is lost at ${name}: there is no place for annotations`);
};

const WITHOUT_ANNOTATIONS: ReadonlySet<Reference['kind']> = new Set([
  'docker-archive',
  'docker-daemon',
]);
