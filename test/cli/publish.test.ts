import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { startNotesServer, type StoredNote } from '../publish/support/notes-server.ts';
import { freePort, startPushgateway } from '../publish/support/pushgateway.ts';
import { startWebServer } from '../publish/support/web-server.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';

const cwd = tempFolder();

beforeAll(async () => {
  for (const name of ['app', 'web']) {
    const layout = join(cwd, name);
    await createLayout(layout);
    const layers = [
      await putLayer(layout, [await layerTar(entriesOf(['app/', `app/${name}=1`]))], {
        gzip: false,
      }),
    ];
    await putImage(layout, '1', { layers, config: { os: 'linux', architecture: 'amd64' } });
  }
});

const check = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  tryReslim(['check', 'app:1', '--max-size', '1MB', '-q', ...args], { cwd, env });

describe('--push-gateway', () => {
  test.runIf(requireTools('prometheus-pushgateway'))(
    'fills a real Pushgateway, and a second push replaces the first',
    async () => {
      const url = await startPushgateway();
      for (const limits of [['--max-layers', '3'], []])
        expect(await check([...limits, '--push-gateway', `${url}/`])).toEqual({
          status: 0,
          stdout: '',
          stderr: '',
        });
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const lines = metrics.split('\n').filter((line) => line.startsWith('reslim_'));
      expect(lines).toContain(
        'reslim_image_size_bytes{image="app",instance="",job="reslim",platform="linux/amd64"} 2560',
      );
      expect(lines.some((line) => line.includes('max-layers'))).toBe(false);
    },
  );

  test('credentials of the URL are sent and not printed; the result comes before the failure', async () => {
    const server = await startWebServer(() => ({ status: 401 }));
    const url = server.url.replace('//', '//me:s3cret%21@');
    const args = ['check', 'app:1', '--max-size', '1MB', '--push-gateway', `${url}/prefix`];
    const { status, stdout, stderr } = await tryReslim(args, { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain('Within the budget');
    expect(stderr).toBe(
      `error: the push gateway refused the metrics with HTTP status 401, ${server.url}/prefix/metrics/job/reslim/image/app\n` +
        'hint: write name and password into the URL: https://NAME:PASSWORD@HOST\n',
    );
    expect(server.received.map(({ method }) => method)).toEqual(['PUT']);
    expect(server.received[0]?.headers.authorization).toBe(`Basic ${btoa('me:s3cret!')}`);
    expect(server.received[0]?.headers['content-type']).toContain('text/plain; version=0.0.4');
  });

  test('a busy gateway is asked again; what it refuses is told; none that answers ends the run', async () => {
    const busy = await startWebServer(() =>
      busy.received.length < 2 ? { status: 503 } : { status: 202 },
    );
    expect(await check(['--push-gateway', busy.url])).toMatchObject({ status: 0, stderr: '' });
    const strict = await startWebServer(() => ({
      status: 400,
      body: 'text format parsing error\n\u001b[31m::error::x',
    }));
    const refused = await check(['--push-gateway', strict.url]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      'HTTP status 400: text format parsing error [31m::error::x, http',
    );
    const silent = await startWebServer(() => undefined);
    const late = await check(['--push-gateway', silent.url, '--timeout', '1', '--retries', '0']);
    expect(late).toMatchObject({ status: 1, stderr: expect.stringMatching(/^error: .*1 s.*\n/) });
    const gone = await check(['--push-gateway', `http://127.0.0.1:${await freePort()}`]);
    expect(gone.stderr).toMatch(/^error: connection refused/);
  });

  test('what is no URL is wrong usage before the image is read, and is not shown', async () => {
    const outcome = await check(['--push-gateway', 'me:s3cret@host']);
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).not.toContain('s3cret');
  });
});

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'me/app',
  GITHUB_REF: 'refs/pull/12/merge',
};
const GITLAB = { GITLAB_CI: 'true', CI_PROJECT_ID: '7', CI_MERGE_REQUEST_IID: '12' };

const comment = (kind: 'github' | 'gitlab', url: string, ...args: string[]): Promise<Outcome> =>
  check(
    ['--comment', '--retries', '0', ...args],
    kind === 'github'
      ? { ...GITHUB, GITHUB_API_URL: url, GITHUB_TOKEN: 't0ken' }
      : { ...GITLAB, CI_API_V4_URL: url, GITLAB_TOKEN: 't0ken' },
  );

describe.each(['github', 'gitlab'] as const)('--comment on %s', (kind) => {
  test('one note for each image, which is found on any page and changed', async () => {
    const others = Array.from({ length: 230 }, (_, id): StoredNote => ({ id, body: `note ${id}` }));
    const stored = [...others];
    const { url, received } = await startNotesServer(kind, stored);
    expect(await comment(kind, url)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(stored).toHaveLength(231);
    expect(stored[230]?.body).toMatch(/^<!-- reslim [\da-f]{32} -->\n### ✅ `oci:app:1`\n/);
    // A quotation is no note of ours.
    stored.unshift({ id: 999, body: `> ${stored[230]?.body}` });
    const before = received.length;
    expect((await comment(kind, url)).status).toBe(0);
    expect(received.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
    await comment(kind, url, '--max-layers', '3');
    expect(stored).toHaveLength(232);
    expect(stored[231]?.body).toContain('max-layers');
    const web = await tryReslim(['check', 'web:1', '--max-size', '1kB', '--comment', '-q'], {
      cwd,
      env:
        kind === 'github'
          ? { ...GITHUB, GITHUB_API_URL: url, GITHUB_TOKEN: 't0ken' }
          : { ...GITLAB, CI_API_V4_URL: url, GITLAB_TOKEN: 't0ken' },
    });
    expect(web.status).toBe(3);
    expect(stored).toHaveLength(233);
    expect(stored[232]?.body).toContain('### ❌ `oci:web:1`');
    expect(others.every(({ id, body }) => body === `note ${id}`)).toBe(true);
  });

  test('a note that is deleted meanwhile is written anew', async () => {
    const stored: StoredNote[] = [];
    const server = await startNotesServer(kind, stored, ({ method }) =>
      method === 'PATCH' || (method === 'PUT' && kind === 'gitlab') ? { status: 404 } : undefined,
    );
    await comment(kind, server.url);
    const outcome = await comment(kind, server.url, '--max-layers', '3');
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(stored).toHaveLength(2);
  });
});

test('--comment finds the pull request in the event as well; without one it says so; and needs a token', async () => {
  const stored: StoredNote[] = [];
  const { url } = await startNotesServer('github', stored);
  const event = join(cwd, 'event.json');
  await writeFile(event, JSON.stringify({ issue: { number: 12, pull_request: {} } }));
  const env = { ...GITHUB, GITHUB_REF: 'refs/heads/main', GITHUB_API_URL: url, GH_TOKEN: 't0ken' };
  expect(await check(['--comment'], { ...env, GITHUB_EVENT_PATH: event })).toMatchObject({
    status: 0,
  });
  expect(stored).toHaveLength(1);
  await writeFile(event, JSON.stringify({ issue: { number: 12 } }));
  expect(await check(['--comment'], { ...env, GITHUB_EVENT_PATH: event })).toEqual({
    status: 0,
    stdout: '',
    stderr: 'note: --comment: this job is for no pull or merge request\n',
  });
  expect(stored).toHaveLength(1);
  for (const [wrong, message] of [
    [{}, '--comment: this is no job of GitHub Actions or GitLab'],
    [GITHUB, '--comment: GITHUB_TOKEN is not set'],
    [{ ...GITHUB, GITHUB_TOKEN: 'a\nb' }, '--comment: GITHUB_TOKEN is no token'],
    [{ ...GITLAB, GITLAB_TOKEN: 't' }, '--comment: CI_API_V4_URL is not set'],
  ] as const)
    expect(await check(['--comment'], wrong)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
});
