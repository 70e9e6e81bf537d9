import { ReslimError } from '../base/errors.ts';
import { oneLine } from '../base/io-error.ts';
import { printableUrl } from '../transport/registry/http/url.ts';
import type { WebClient } from './web-client.ts';

/** A group of metrics: a push replaces the group as a whole. */
export interface MetricsGroup {
  readonly job: string;
  /** Labels that all metrics of the group have, in this order. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Sends metrics to a Prometheus Pushgateway. `text` is in Prometheus' text format.
 * @see https://github.com/prometheus/pushgateway/blob/v1.11.1/README.md#api
 */
export const pushMetrics = async (
  client: WebClient,
  gateway: URL,
  { group, text }: { readonly group: MetricsGroup; readonly text: string },
): Promise<void> => {
  const url = groupUrl(gateway, group);
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  const answer = await client.ask({ method: 'PUT', url, headers, body: text });
  if (answer.status < 300) return;
  const reason = answer.status === 400 ? `: ${oneLine(answer.text).slice(0, REASON)}` : '';
  throw new ReslimError(
    'io',
    `the push gateway refused the metrics with HTTP status ${answer.status}${reason}, ${printableUrl(url)}`,
    { hint: HINTS[answer.status] },
  );
};

/** Characters of what the gateway says. */
const REASON = 300;

const HINTS: Readonly<Record<number, string>> = {
  401: 'write name and password into the URL: https://NAME:PASSWORD@HOST',
  403: 'write name and password into the URL: https://NAME:PASSWORD@HOST',
  404: 'the URL is that of the gateway itself, without /metrics',
};

/** `GATEWAY/metrics/job/JOB/LABEL/VALUE`, below the path that the gateway has. */
export const groupUrl = (gateway: URL, { job, labels }: MetricsGroup): URL => {
  const url = new URL(gateway);
  const segments = Object.entries({ job, ...labels }).map(([name, value]) =>
    isPlain(value) ? `${name}/${encodeURIComponent(value)}` : `${name}@base64/${base64(value)}`,
  );
  url.pathname = [url.pathname.replace(/\/+$/, ''), 'metrics', ...segments].join('/');
  url.search = '';
  url.hash = '';
  return url;
};

/** A slash would end the value, also percent-encoded, and servers on the way resolve dots. */
const isPlain = (value: string): boolean => !/^\.*$|\//.test(value);

/** Of nothing it is `=`: an empty segment would be lost. */
const base64 = (value: string): string =>
  value === '' ? '=' : Buffer.from(value).toString('base64url');
