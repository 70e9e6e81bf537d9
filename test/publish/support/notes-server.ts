import { startWebServer, type Received, type Reply } from './web-server.ts';

export interface StoredNote {
  readonly id: number;
  body: string;
}

/**
 * The notes of one pull request (GitHub) or merge request (GitLab), as the documentation of the two describes them:
 * paths, methods, pages with `Link`, status codes. `refuse` answers instead, where it wants to.
 * @see https://docs.github.com/en/rest/issues/comments
 * @see https://docs.gitlab.com/api/notes/#merge-requests
 */
export const startNotesServer = async (
  kind: 'github' | 'gitlab',
  stored: StoredNote[],
  refuse: (request: Received) => Reply | undefined = () => undefined,
): Promise<{ readonly url: string; readonly received: readonly Received[] }> => {
  const paths =
    kind === 'github'
      ? {
          list: '/repos/me/app/issues/12/comments',
          note: /^\/repos\/me\/app\/issues\/comments\/(\d+)$/,
        }
      : {
          list: '/projects/7/merge_requests/12/notes',
          note: /^\/projects\/7\/merge_requests\/12\/notes\/(\d+)$/,
        };
  const update = kind === 'github' ? 'PATCH' : 'PUT';
  const isAllowed = ({ headers }: Received): boolean =>
    kind === 'github'
      ? headers.authorization === 'Bearer t0ken'
      : headers['private-token'] === 't0ken';
  const answer = (request: Received): Reply => {
    const { pathname, searchParams } = new URL(request.url, 'http://server');
    const bodyOf = (): string => (JSON.parse(request.body) as { body: string }).body;
    if (!isAllowed(request)) return json(401, { message: 'Bad credentials: t0ken' });
    if (pathname === paths.list && request.method === 'GET') {
      const size = Math.min(Number(searchParams.get('per_page') ?? 30), 100);
      const page = Number(searchParams.get('page') ?? 1);
      const isLast = page * size >= stored.length;
      const next = `<http://127.0.0.1:1${pathname}?per_page=${size}&page=${page + 1}>; rel="next"`;
      return json(200, stored.slice((page - 1) * size, page * size), isLast ? {} : { link: next });
    }
    if (pathname === paths.list && request.method === 'POST') {
      stored.push({ id: 1000 + stored.length, body: bodyOf() });
      return json(201, stored.at(-1));
    }
    const found = stored.find(({ id }) => String(id) === paths.note.exec(pathname)?.[1]);
    if (!found || request.method !== update) return json(404, { message: '404 Not found' });
    found.body = bodyOf();
    return json(200, found);
  };
  return startWebServer((request) => refuse(request) ?? answer(request));
};

const json = (status: number, value: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
