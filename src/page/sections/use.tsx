import type { PageCost, PageUse } from '../../api/page-document.ts';
import { formatCount, formatCounted, formatSize } from '../../report/format-number.ts';

/** How sure level `minimal` is, what could not be told, and what some programs cost. */
export const Use = ({ use }: { readonly use: PageUse }) => {
  const { confidence, meaning, open, moreOpen, costs } = use;
  return (
    <section aria-labelledby="use" class="use">
      <h2 id="use">Confidence</h2>
      <p>
        {confidence !== '' && <strong class={confidence}>{confidence}</strong>}
        {confidence === '' ? meaning : `: ${meaning}`}
      </p>
      {open.length > 0 && (
        <details open={confidence === 'open'}>
          <summary>
            {formatCounted(open.length + moreOpen, 'place')} where names are only known while it
            runs
          </summary>
          <ul>
            {open.map((place, at) => (
              <li key={at}>
                <bdi>{place}</bdi>
              </li>
            ))}
            {moreOpen > 0 && <li>and {formatCount(moreOpen)} more</li>}
          </ul>
        </details>
      )}
      {costs.length > 0 && <Costs costs={costs} />}
    </section>
  );
};

const Costs = ({ costs }: { readonly costs: readonly PageCost[] }) => (
  <>
    <h3>What only these need, unpacked</h3>
    <ul>
      {costs.map(({ path, bytes, files, used }) => (
        <li key={path}>
          <strong>{formatSize(bytes)}</strong> <bdi>{path}</bdi>, {formatCounted(files, 'file')}
          {used !== '' && <span class="detail"> · {used}</span>}
        </li>
      ))}
    </ul>
  </>
);
