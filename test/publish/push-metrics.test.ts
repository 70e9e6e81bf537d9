import { expect, test } from 'vitest';
import { groupUrl } from '../../src/publish/push-metrics.ts';
import { parseWebUrl } from '../../src/publish/parse-web-url.ts';

const urlOf = (gateway: string, image: string): string =>
  groupUrl(new URL(gateway), { job: 'reslim', labels: { image } }).href;

// The encoded values are those of the examples in the Pushgateway's README, and of Python's base64.
test.each([
  ['http://push:9091', 'app', 'http://push:9091/metrics/job/reslim/image/app'],
  ['http://push/prefix/?x#y', 'app', 'http://push/prefix/metrics/job/reslim/image/app'],
  ['http://push', '/var/tmp', 'http://push/metrics/job/reslim/image@base64/L3Zhci90bXA'],
  [
    'http://push',
    'registry.example.com/a',
    'http://push/metrics/job/reslim/image@base64/cmVnaXN0cnkuZXhhbXBsZS5jb20vYQ',
  ],
  ['http://push', '', 'http://push/metrics/job/reslim/image@base64/='],
  ['http://push', '..', 'http://push/metrics/job/reslim/image@base64/Li4'],
  ['http://push', 'a b%?#ü', 'http://push/metrics/job/reslim/image/a%20b%25%3F%23%C3%BC'],
])('the group of %s and %j is %s', (gateway, image, url) => {
  expect(urlOf(gateway, image)).toBe(url);
});

test('what is no URL of a web server is wrong usage, and is not shown', () => {
  for (const text of [
    'push:9091',
    'ftp://u:secret@push',
    'https://',
    'u:secret@push',
    'https://u:9%@push',
  ])
    expect(() => parseWebUrl('--push-gateway', text)).toThrow(
      /^--push-gateway: not a URL of http or https$/,
    );
});
