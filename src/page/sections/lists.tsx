import type { PageList } from '../../api/page-document.ts';

/** Lines under titles. */
export const Lists = ({ lists }: { readonly lists: readonly PageList[] }) => (
  <>
    {lists.map(({ title, lines }) => (
      <section key={title} class="list">
        <h2>{title}</h2>
        <ul>
          {lines.map((line, at) => (
            <li key={at}>
              <code>{line}</code>
            </li>
          ))}
        </ul>
      </section>
    ))}
  </>
);
