import { fileSizes } from '../checks/file-sizes.ts';
import { findDenied } from '../checks/find-denied.ts';
import { readPasswd, startsAsRoot } from '../checks/start-user.ts';
import type { CheckSubject } from '../checks/subject.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Image } from '../oci/image.ts';
import { withView, type ViewRun } from './with-view.ts';

/** What a check wants to know beside the analysis of an image. */
export type SeenFiles = Required<Pick<CheckSubject, 'isRoot' | 'denied' | 'files'>>;

/** Looks at the files of an image: the sizes of all, those that are denied, and whether its user is root. */
export const lookAtFiles = (
  image: Image,
  deny: readonly string[],
  run: ViewRun,
): Promise<SeenFiles> => withView(image, run, (view) => lookAtView(view, deny));

/** The same for an image that is open. */
export const lookAtView = async (
  { image, tree, open }: ImageView,
  deny: readonly string[],
): Promise<SeenFiles> => {
  const { root, nodes } = tree();
  const { user } = image.config.value.runtime;
  return {
    isRoot: startsAsRoot(user, await readPasswd(root, open)),
    denied: findDenied(deny, nodes),
    files: fileSizes(nodes),
  };
};
