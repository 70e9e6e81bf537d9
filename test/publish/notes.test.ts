import { describe, expect, onTestFinished, test } from 'vitest';
import type { ReslimError } from '../../src/base/errors.ts';
import { formatFailure } from '../../src/cli/display/failure.ts';
import { findGitHubNotes, findGitLabNotes } from '../../src/publish/find-notes.ts';
import { notesOf, type NotesApi } from '../../src/publish/notes-api.ts';
import { putNote, type Notes } from '../../src/publish/notes.ts';
import { openWebClient } from '../../src/publish/web-client.ts';
import { startNotesServer } from './support/notes-server.ts';

const apiOf = async (kind: 'github' | 'gitlab', url: string): Promise<NotesApi> =>
  (kind === 'github'
    ? await findGitHubNotes({
        GITHUB_REPOSITORY: 'me/app',
        GITHUB_REF: 'refs/pull/12/merge',
        GITHUB_API_URL: url,
        GITHUB_TOKEN: 't0ken',
      })
    : findGitLabNotes({
        CI_API_V4_URL: url,
        CI_PROJECT_ID: '7',
        CI_MERGE_REQUEST_IID: '12',
        GITLAB_TOKEN: 't0ken',
      })) as NotesApi;

describe.each(['github', 'gitlab'] as const)('notes of %s', (kind) => {
  test.each([
    [401, { message: 'Bad credentials: t0ken' }, {}, /HTTP status 401 \(Bad credentials: …\)/],
    [
      403,
      { message: 'Resource not accessible\n::error::' },
      {},
      /403 \(Resource not accessible ::error::\)/,
    ],
    [404, { error: 'Not Found' }, {}, /HTTP status 404 \(Not Found\)/],
    [
      403,
      { message: 'API rate limit' },
      { 'x-ratelimit-remaining': '0' },
      /the limit of requests is reached/,
    ],
    [429, {}, { 'retry-after': '7200' }, /HTTP status 429/],
    [200, { no: 'list' }, {}, /the answer is no list of notes/],
    [500, {}, {}, /HTTP status 500/],
  ])(
    'status %i %j is an error that does not show the token',
    async (status, body, headers, message) => {
      const server = await startNotesServer(kind, [], () => ({
        status,
        headers,
        body: JSON.stringify(body),
      }));
      const client = openWebClient({ network: { retries: 0 } });
      onTestFinished(() => client.close());
      const error = await putNote(notesOf(client, await apiOf(kind, server.url)), 'app', [
        'x',
      ]).then(
        () => new Error('it worked'),
        (reason: unknown) => reason as Error,
      );
      expect(error.message).toMatch(message);
      expect(formatFailure(error as ReslimError)).not.toContain('t0ken');
    },
  );
});

test('not more than 50 pages are searched, and a note that is too long is replaced by a hint', async () => {
  let asked = 0;
  const created: string[] = [];
  const notes = (isLast: boolean): Notes => ({
    page: async () => ({ notes: [{ id: ++asked, body: 'other' }], isLast }),
    create: async (body) => void created.push(body),
    update: async () => true,
  });
  await expect(putNote(notes(false), 'app', ['x'])).rejects.toThrow('more than 5000 notes');
  expect(asked).toBe(50);
  expect(await putNote(notes(true), 'app', ['x'.repeat(70_000)])).toBe('created');
  expect(created[0]).toMatch(/^<!-- reslim \w{32} -->\nThis note would be too long/);
});
