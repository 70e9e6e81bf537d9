import { readFile } from 'node:fs/promises';
import { ReslimError } from '../base/errors.ts';
import type { Environment } from '../base/home-folder.ts';
import { withIoErrors } from '../base/io-error.ts';
import type { NotesApi } from './notes-api.ts';
import { parseWebUrl } from './parse-web-url.ts';

/**
 * Where the notes of the pull request are that this job of GitHub Actions runs for; `undefined` if it runs for none.
 * @see https://docs.github.com/en/rest/issues/comments
 */
export const findGitHubNotes = async (env: Environment): Promise<NotesApi | undefined> => {
  const number = pullRequestOf(env) ?? (await eventNumber(env['GITHUB_EVENT_PATH']));
  if (number === undefined) return undefined;
  const api = parseWebUrl('GITHUB_API_URL', env['GITHUB_API_URL'] || 'https://api.github.com');
  const repository = required(env, 'GITHUB_REPOSITORY')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  const issues = `repos/${repository}/issues`;
  const token = tokenOf(env, ['GITHUB_TOKEN', 'GH_TOKEN']);
  return {
    list: below(api, `${issues}/${number}/comments`),
    note: (id) => below(api, `${issues}/comments/${id}`),
    updateMethod: 'PATCH',
    headers: {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      authorization: `Bearer ${token}`,
    },
    token,
    hint: 'the job needs permissions: { pull-requests: write }; pull requests from forks never have them',
  };
};

/** `refs/pull/12/merge` */
const pullRequestOf = ({ GITHUB_REF: ref = '' }: Environment): number | undefined => {
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  return number === undefined ? undefined : Number(number);
};

/** Events such as `pull_request_target` and `issue_comment` say it in their document alone. */
const eventNumber = async (path: string | undefined): Promise<number | undefined> => {
  if (!path) return undefined;
  const text = await withIoErrors(path, () => readFile(path, 'utf8'));
  const { pull_request: request, issue } = parseEvent(text);
  const number = (request ?? (issue?.pull_request ? issue : undefined))?.number;
  return typeof number === 'number' ? number : undefined;
};

interface JobEvent {
  readonly pull_request?: { readonly number?: unknown };
  /** Pull requests are issues, too. */
  readonly issue?: { readonly number?: unknown; readonly pull_request?: unknown };
}

const parseEvent = (text: string): JobEvent => {
  try {
    return (JSON.parse(text) ?? {}) as JobEvent;
  } catch {
    return {};
  }
};

/**
 * Where the notes of the merge request are that this job of GitLab runs for; `undefined` if it runs for none.
 * @see https://docs.gitlab.com/api/notes/#merge-requests
 */
export const findGitLabNotes = (env: Environment): NotesApi | undefined => {
  const number = env['CI_MERGE_REQUEST_IID'];
  if (!number) return undefined;
  const api = parseWebUrl('CI_API_V4_URL', required(env, 'CI_API_V4_URL'));
  const project = encodeURIComponent(required(env, 'CI_PROJECT_ID'));
  const notes = `projects/${project}/merge_requests/${encodeURIComponent(number)}/notes`;
  const token = tokenOf(env, ['GITLAB_TOKEN']);
  return {
    list: below(api, notes),
    note: (id) => below(api, `${notes}/${id}`),
    updateMethod: 'PUT',
    headers: { 'private-token': token },
    token,
    hint: 'GITLAB_TOKEN must be an access token with the scope api; the token of the job may write no notes',
  };
};

const below = (api: URL, path: string): URL =>
  new URL(path, api.href.endsWith('/') ? api : `${api.href}/`);

const required = (env: Environment, name: string): string => {
  const value = env[name];
  if (value) return value;
  throw new ReslimError('usage', `--comment: ${name} is not set`, {
    hint: 'it is set by the CI service; --ci names another one',
  });
};

const tokenOf = (env: Environment, names: readonly string[]): string => {
  const token = names.map((name) => env[name]?.trim()).find(Boolean);
  if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token;
  const what = token === undefined ? 'is not set' : 'is no token';
  throw new ReslimError('usage', `--comment: ${names[0]} ${what}`, {
    hint: `pass it to the step: ${names[0]} with a token that may write notes`,
  });
};
