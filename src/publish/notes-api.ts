import { ReslimError } from '../base/errors.ts';
import { oneLine } from '../base/io-error.ts';
import type { HttpMethod } from '../transport/registry/http/exchange.ts';
import { printableUrl } from '../transport/registry/http/url.ts';
import type { Note, Notes } from './notes.ts';
import type { WebAnswer, WebClient } from './web-client.ts';

/** Where notes are kept, and how one gets at them. */
export interface NotesApi {
  /** The list of notes; a new one is posted to it. */
  readonly list: URL;
  /** The place of one note. */
  readonly note: (id: number) => URL;
  readonly updateMethod: 'PATCH' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  /** Never printed. */
  readonly token: string;
  /** What to do where the token may not. */
  readonly hint: string;
}

const NOTES_A_PAGE = 100;

/** The notes of a pull request of GitHub or a merge request of GitLab. */
export const notesOf = (client: WebClient, api: NotesApi): Notes => {
  const ask = (method: HttpMethod, url: URL, body?: string): Promise<WebAnswer> =>
    client.ask({
      method,
      url,
      headers: {
        accept: 'application/json',
        ...api.headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify({ body }) }),
    });
  return {
    page: async (number) => {
      const url = new URL(api.list);
      url.searchParams.set('per_page', String(NOTES_A_PAGE));
      url.searchParams.set('page', String(number));
      const answer = await ask('GET', url);
      if (answer.status !== 200) throw refused(api, answer, `GET ${printableUrl(url)}`);
      // The address in the header is not followed: the token is for this one.
      const isLast = !/;\s*rel="?next"?/.test(answer.header('link') ?? '');
      return { notes: readNotes(answer.text, url), isLast };
    },
    create: async (body) => {
      const answer = await ask('POST', api.list, body);
      if (answer.status !== 201) throw refused(api, answer, `POST ${printableUrl(api.list)}`);
    },
    update: async (id, body) => {
      const url = api.note(id);
      const answer = await ask(api.updateMethod, url, body);
      if (answer.status === 404) return false;
      if (answer.status !== 200)
        throw refused(api, answer, `${api.updateMethod} ${printableUrl(url)}`);
      return true;
    },
  };
};

const readNotes = (text: string, url: URL): readonly Note[] => {
  const list = parsed(text);
  if (!Array.isArray(list))
    throw new ReslimError('io', `the answer is no list of notes, GET ${printableUrl(url)}`);
  return list.flatMap((each: Partial<Note> | null) =>
    typeof each?.id === 'number' && typeof each.body === 'string'
      ? [{ id: each.id, body: each.body }]
      : [],
  );
};

const refused = (api: NotesApi, answer: WebAnswer, where: string): ReslimError => {
  const { status, header, text } = answer;
  const isLimited = header('x-ratelimit-remaining') === '0' || header('retry-after') !== undefined;
  if (status === 403 && isLimited)
    return new ReslimError('io', `the limit of requests is reached, ${where}`, {
      hint: 'try again later: the limit is that of the token',
    });
  const { message, error } = (parsed(text) ?? {}) as { message?: unknown; error?: unknown };
  const said = typeof message === 'string' ? message : typeof error === 'string' ? error : '';
  // What a server echoes must not show the token.
  const reason = said === '' ? '' : ` (${oneLine(said).replaceAll(api.token, '…')})`;
  return new ReslimError(
    'io',
    `the note is refused with HTTP status ${status}${reason}, ${where}`,
    {
      ...([401, 403, 404].includes(status) && { hint: api.hint }),
    },
  );
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
