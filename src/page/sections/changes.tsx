import type { PageChange } from '../../api/page-document.ts';
import { formatChange, formatCount, formatSize } from '../../report/format-number.ts';

/** What was and what is, with a bar for each. */
export const Changes = ({ changes }: { readonly changes: readonly PageChange[] }) => (
  <section aria-labelledby="changes">
    <h2 id="changes">Before and after</h2>
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">What</span>
          </th>
          <th scope="col" class="number">
            Before
          </th>
          <th scope="col" class="number">
            After
          </th>
          <th scope="col" class="number">
            Change
          </th>
          <th scope="col" class="bars">
            <span class="unseen">As bars</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <ChangeRow key={change.label} {...change} />
        ))}
      </tbody>
    </table>
  </section>
);

const ChangeRow = ({ label, before, after, unit, about }: PageChange) => {
  const format = unit === 'bytes' ? formatSize : formatCount;
  const most = Math.max(before, after, 1);
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class="number">{format(before)}</td>
      <td class="number">
        {about && 'about '}
        {format(after)}
      </td>
      <td class="number">
        <strong>{formatChange(before, after)}</strong>
      </td>
      <td class="bars" aria-hidden="true">
        <span class="bar before" style={{ width: `${(before / most) * 100}%` }} />
        <span class="bar after" style={{ width: `${(after / most) * 100}%` }} />
      </td>
    </tr>
  );
};
