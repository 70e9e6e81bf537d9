import type { PageDocument } from '../../api/page-document.ts';
import { Heading } from './heading.tsx';

interface HeaderProps {
  readonly document: PageDocument;
  readonly chosen: number;
  readonly onChoose: (image: number) => void;
}

const HEADINGS = { inspect: 'Image', slim: 'Slimmed image', diff: 'Two images compared' };

export const Header = ({ document, chosen, onChoose }: HeaderProps) => {
  const { kind, title, target, images } = document;
  const image = images[chosen];
  return (
    <Heading
      kind={HEADINGS[kind]}
      title={title}
      target={target}
      detail={
        image && (
          <>
            {images.length === 1 && `${image.platform} · `}
            <code>{image.digest}</code>
          </>
        )
      }
    >
      {images.length > 1 && (
        <label>
          Platform{' '}
          <select
            value={chosen}
            onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}
          >
            {images.map(({ platform }, at) => (
              <option key={platform} value={at}>
                {platform}
              </option>
            ))}
          </select>
        </label>
      )}
    </Heading>
  );
};
