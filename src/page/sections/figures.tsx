import type { PageFigure } from '../../api/page-document.ts';

/** The numbers that sum an image up. */
export const Figures = ({
  title,
  figures,
}: {
  readonly title: string;
  readonly figures: readonly PageFigure[];
}) => (
  <section aria-labelledby="figures">
    <h2 id="figures" class={title === 'Summary' ? 'unseen' : undefined}>
      {title}
    </h2>
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
