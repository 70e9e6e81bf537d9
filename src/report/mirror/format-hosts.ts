import type { HostTraffic } from '../../api/mirror.ts';
import { formatCount, formatDuration, formatSize } from '../format-number.ts';
import { formatTable } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';

/** Traffic with each host: bytes, requests by method, and how long they waited for rate limits. */
export const formatHosts = (
  hosts: readonly HostTraffic[],
  { faint, warning }: Palette,
): string[] => {
  if (hosts.length === 0) return [];
  const waits = hosts.some(({ waitedMs }) => waitedMs > 0);
  const head = ['host', 'received', 'sent', 'requests', ...(waits ? ['waited'] : [])];
  return formatTable(
    [
      head.map(faint),
      ...hosts.map(({ host, bytesReceived, bytesSent, requests, waitedMs }) => [
        printable(host),
        formatSize(bytesReceived),
        formatSize(bytesSent),
        printable(requestWords(requests)),
        ...(waitedMs > 0 ? [warning(formatDuration(waitedMs))] : []),
      ]),
    ],
    ['left', 'right', 'right', 'left', 'right'],
  );
};

/** `HEAD 200, GET 12`: the most frequent first. */
export const requestWords = (requests: HostTraffic['requests']): string =>
  Object.entries(requests)
    .filter(([, count]) => count > 0)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([method, count]) => `${method} ${formatCount(count)}`)
    .join(', ');
