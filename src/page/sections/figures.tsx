import type { PageFigure } from '../../api/page-document.ts';

/** The numbers that sum an image up. */
export const Figures = ({ figures }: { readonly figures: readonly PageFigure[] }) => (
  <section aria-label="Summary">
    <dl class="figures">
      {figures.map(({ label, value, detail }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span class="value">{value}</span>
            <span class="detail">{detail}</span>
          </dd>
        </div>
      ))}
    </dl>
  </section>
);
