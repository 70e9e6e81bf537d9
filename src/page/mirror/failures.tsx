import type { MirrorPage } from '../../api/mirror-page.ts';
import { formatCount } from '../../report/format-number.ts';

/** What failed and what to do about it, before everything else. */
export const Failures = ({ page: { failures, moreFailures } }: { readonly page: MirrorPage }) =>
  failures.length === 0 ? null : (
    <section class="messages warning" aria-labelledby="failures">
      <h2 id="failures">Failed ({formatCount(failures.length + moreFailures)})</h2>
      {/* A long list is scrolled in place, by keyboard, too. */}
      <ul class="failure-list" tabIndex={0} aria-labelledby="failures">
        {failures.map(({ subject, reason, hint }, at) => (
          <li key={at}>
            <strong>
              <bdi>{subject}</bdi>
            </strong>{' '}
            {reason}
            {hint !== '' && <span class="detail"> Hint: {hint}</span>}
          </li>
        ))}
        {moreFailures > 0 && <li>and {formatCount(moreFailures)} more, in the table of images</li>}
      </ul>
    </section>
  );
