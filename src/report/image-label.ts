import { ReslimError } from '../base/errors.ts';
import { familiarImageName, type ImageName } from '../oci/image-name.ts';
import { parseReference } from '../oci/reference.ts';

/** What an image is called where its versions are compared: the same for all of them. */
export interface ImageLabel {
  /** Without transport, tag and digest: `registry.example.com/app`, `app`, `build/app.tar`. */
  readonly image: string;
  /** Empty where there is none. */
  readonly tag: string;
}

/** Splits the name of a source or target, as results have it. */
export const imageLabel = (name: string): ImageLabel => {
  const reference = parsed(name);
  switch (reference?.kind) {
    case 'registry':
      return labelOf(reference.image);
    case 'docker-daemon':
      return 'id' in reference.image
        ? { image: reference.image.id, tag: '' }
        : labelOf(reference.image);
    case 'docker-archive':
      return reference.image ? labelOf(reference.image) : labelOfPath(reference.path);
    case 'oci':
    case 'oci-archive':
      return labelOfPath(reference.path, reference.tag);
    default:
      return labelOfPath(name);
  }
};

const labelOf = ({ registry, repository, tag = '' }: ImageName): ImageLabel => ({
  image: familiarImageName({ registry, repository }),
  tag,
});

/** Of an absolute path only the last part: temporary folders of CI jobs have another name in each run. */
const labelOfPath = (path: string, tag = ''): ImageLabel => ({
  image: path.startsWith('/') ? path.replace(/^.*\/(?=[^/])/, '') : path.replace(/^(?:\.\/)+/, ''),
  tag,
});

const parsed = (name: string): ReturnType<typeof parseReference> | undefined => {
  try {
    return parseReference(name);
  } catch (error) {
    if (error instanceof ReslimError) return undefined;
    throw error;
  }
};
