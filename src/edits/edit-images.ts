import { ReslimError } from '../base/errors.ts';
import type { AppliedEdit, DocumentEdits } from '../oci/document-edits.ts';
import { imagesOf, mapImages, type Image, type ImageNode } from '../oci/image.ts';
import { formatPlatform, matchesPlatform } from '../oci/platform.ts';
import { editConfig } from './edit-config.ts';
import { changesOf } from './edit-map.ts';
import type { Edits } from './edits.ts';

/** The images of a source as edits make them, and what the user should know of that. */
export interface EditedImages {
  readonly root: ImageNode;
  readonly notes: readonly string[];
}

/**
 * Edits all images below a root, or those of the platforms that edits name: what comes after sees only the new configs.
 * Throws `usage` where no image is for one of the platforms.
 */
export const editImages = (root: ImageNode, edits: Edits): EditedImages => {
  checkPlatforms(root, edits);
  const notes = new Set<string>();
  const all: AppliedEdit[] = [];
  const edited = mapImages(root, (image) => {
    if (!isMeant(image, edits)) return image;
    const { config, applied, losesCmd } = editConfig(image.config, edits);
    if (losesCmd) notes.add(CMD_GONE);
    const ofManifest = annotationEdits(image, edits);
    const changes = [...applied, ...ofManifest.applied];
    if (changes.length === 0 && config.descriptor.digest === image.config.descriptor.digest)
      return image;
    all.push(...changes);
    return { ...image, config, edits: { ...ofManifest, applied: changes } };
  });
  for (const option of idleOptions(edits, all)) notes.add(`${option} changes nothing`);
  return { root: edited, notes: [...notes] };
};

const CMD_GONE =
  'the command of the image is gone with its old entrypoint, as in a Dockerfile: --cmd sets one';

const isMeant = ({ platform }: Image, { platforms }: Edits): boolean =>
  platforms === undefined || platforms.some((wanted) => matchesPlatform(wanted, platform));

const checkPlatforms = (root: ImageNode, { platforms = [] }: Edits): void => {
  const there = imagesOf(root).map(({ platform }) => platform);
  const missing = platforms.find(
    (wanted) => !there.some((platform) => matchesPlatform(wanted, platform)),
  );
  if (!missing) return;
  const names = [...new Set(there.map(formatPlatform))].join(', ');
  throw new ReslimError('usage', `--edit-platform: no image is for ${formatPlatform(missing)}`, {
    hint: names === '' ? 'there is no image' : `there are images for ${names}`,
  });
};

const annotationEdits = ({ document }: Image, { annotations }: Edits): DocumentEdits => {
  const { gone, changed } = changesOf(document.value.annotations, annotations);
  return {
    annotations: Object.fromEntries([
      ...gone.map((name) => [name, undefined] as const),
      ...changed,
    ]),
    applied: [
      ...gone.map((name) => ({ member: 'annotation', name, action: 'unset' }) as const),
      ...changed.map(([name]) => ({ member: 'annotation', name, action: 'set' }) as const),
    ],
  };
};

/** What should be unset, and was in no image: perhaps its name is another one. */
const idleOptions = (edits: Edits, applied: readonly AppliedEdit[]): readonly string[] => {
  const { env, labels, annotations, ports, volumes } = edits;
  const groups = [
    ['env', env],
    ['label', labels],
    ['annotation', annotations],
    ['expose', ports],
    ['volume', volumes],
  ] as const;
  return groups.flatMap(([member, { set, unset }]) => {
    const replaced = new Set(set.map((each) => (typeof each === 'string' ? each : each[0])));
    const gone = new Set(
      applied.flatMap((edit) =>
        edit.member === member && edit.action === 'unset' ? [edit.name, `${edit.name}/tcp`] : [],
      ),
    );
    return unset
      .filter((name) => !gone.has(name) && !replaced.has(name))
      .map((name) => `--unset-${member} ${name}`);
  });
};
