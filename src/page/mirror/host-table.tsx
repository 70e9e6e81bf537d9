import type { MirrorPageHost } from '../../api/mirror-page.ts';
import { formatDuration, formatSize } from '../../report/format-number.ts';

/** Traffic with each host. */
export const HostTable = ({ hosts }: { readonly hosts: readonly MirrorPageHost[] }) =>
  hosts.length === 0 ? null : (
    <section aria-labelledby="hosts">
      <h2 id="hosts">Traffic</h2>
      <table class="hosts">
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col" class="number">
              Received
            </th>
            <th scope="col" class="number">
              Sent
            </th>
            <th scope="col">Requests</th>
            <th scope="col" class="number">
              Waited for limits
            </th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(({ host, received, sent, requests, waitedMs }) => (
            <tr key={host}>
              <th scope="row">
                <bdi>{host}</bdi>
              </th>
              <td class="number" data-label="received">
                {formatSize(received)}
              </td>
              <td class="number" data-label="sent">
                {formatSize(sent)}
              </td>
              <td>{requests}</td>
              <td class="number" data-label="waited for limits">
                {waitedMs > 0 && formatDuration(waitedMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
