import type { MirrorPage } from '../../api/mirror-page.ts';
import { formatCount, formatShare } from '../../report/format-number.ts';
import { countStates } from './find-images.ts';

/** How the images divide into states: one bar, which is the legend of the page, too. */
export const StatusBar = ({ page }: { readonly page: MirrorPage }) => {
  const counts = countStates(page);
  return (
    <section aria-labelledby="statuses">
      <h2 id="statuses">Images</h2>
      <div class="state-bar" aria-hidden="true">
        {page.states.map(({ id }) => {
          const count = counts.get(id) ?? 0;
          return count > 0 && <span key={id} class={`state ${id}`} style={{ flexGrow: count }} />;
        })}
      </div>
      <ul class="legend">
        {page.states.map(({ id, label, meaning }) => {
          const count = counts.get(id) ?? 0;
          return (
            <li key={id}>
              <span class={`swatch state ${id}`} aria-hidden="true" />
              <span>
                <strong>
                  {label} {formatCount(count)}
                </strong>
                <span class="detail">
                  {' '}
                  {formatShare(count, page.images.length)} · {meaning}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
};
