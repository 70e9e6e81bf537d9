import type { PageDocument } from '../../api/page-document.ts';
import { ThemeButton } from './theme-button.tsx';

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
    <header>
      <div class="heading">
        <p class="kind">{HEADINGS[kind]}</p>
        <h1>
          <bdi>{title}</bdi>
          {target !== undefined && (
            <>
              <span class="arrow" aria-label="to">
                {' → '}
              </span>
              <bdi>{target}</bdi>
            </>
          )}
        </h1>
        {image && (
          <p class="digest">
            {images.length === 1 && `${image.platform} · `}
            <code>{image.digest}</code>
          </p>
        )}
      </div>
      <div class="controls">
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
        <ThemeButton />
      </div>
    </header>
  );
};
