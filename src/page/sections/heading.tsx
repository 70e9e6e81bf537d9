import type { ComponentChildren } from 'preact';
import { ThemeButton } from './theme-button.tsx';

interface HeadingProps {
  /** What kind of page it is. */
  readonly kind: string;
  readonly title: string;
  readonly target?: string | undefined;
  readonly detail?: ComponentChildren;
  /** Controls beside it. */
  readonly children?: ComponentChildren;
}

/** The top of every page. */
export const Heading = ({ kind, title, target, detail, children }: HeadingProps) => (
  <header>
    <div class="heading">
      <p class="kind">{kind}</p>
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
      {detail && <p class="digest">{detail}</p>}
    </div>
    <div class="controls">
      {children}
      <ThemeButton />
    </div>
  </header>
);
