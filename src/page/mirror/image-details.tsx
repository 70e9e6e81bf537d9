import type { MirrorPage, MirrorPageImage } from '../../api/mirror-page.ts';
import { formatCounted, formatDuration, formatSize } from '../../report/format-number.ts';

/** All that is known of one image. */
export const ImageDetails = ({ page, at }: { readonly page: MirrorPage; readonly at: number }) => {
  const image = page.images[at] as MirrorPageImage;
  const label = page.states.find(({ id }) => id === image.status)?.label;
  return (
    <div class="file-details" role="region" aria-label="The selected image">
      <h3>
        <span class={`swatch state ${image.status}`} aria-hidden="true" /> {label}:{' '}
        <bdi>{image.source}</bdi>
      </h3>
      <dl>
        {linesOf(image, page)
          .filter(([, text]) => text !== undefined && text !== '')
          .map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{text}</bdi>
              </dd>
            </div>
          ))}
      </dl>
    </div>
  );
};

const linesOf = (
  image: MirrorPageImage,
  { entries }: MirrorPage,
): readonly (readonly [name: string, text: string | undefined])[] => [
  ['Reason', image.reason],
  ['Hint', image.hint],
  ['Next try', image.nextTry && `from ${image.nextTry}`],
  ['Target', image.target],
  ['Digest', image.digest],
  ['Result', image.targetDigest],
  ['Size', sizesText(image)],
  ['Before', image.replaced],
  ['Entry', entries[image.entry]?.name],
  ['Work', `${formatCounted(image.attempts, 'attempt')}, ${formatDuration(image.durationMs)}`],
];

const sizesText = ({ before, after }: MirrorPageImage): string =>
  [before, after]
    .filter((size) => size !== undefined)
    .map(formatSize)
    .join(' → ');
