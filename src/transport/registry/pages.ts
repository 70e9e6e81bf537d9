import { parseJson, type JsonObject } from '../../oci/json.ts';
import { RegistryError } from './registry-error.ts';
import type { RegistryClient } from './client.ts';
import { headerOf, type HttpResponse } from './http/exchange.ts';
import { readAnswer } from './http/read-answer.ts';
import { resolveLocation } from './http/redirect.ts';
import { printableUrl } from './http/url.ts';

export interface Page {
  readonly response: HttpResponse;
  readonly value: JsonObject;
}

export interface PageRequest {
  readonly path: string;
  readonly scopes: readonly string[];
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Walks a listing by its `Link` headers. A listing that goes in circles, leads to another server
 * or never ends is refused.
 */
export async function* readPages(
  client: RegistryClient,
  { path, scopes, headers }: PageRequest,
): AsyncGenerator<Page, void, undefined> {
  const seen = new Set<string>();
  let next: URL | undefined = new URL(path, await client.base());
  while (next) {
    const where = printableUrl(next);
    if (seen.has(next.href) || seen.size >= client.settings.pages) {
      throw new RegistryError(
        'limit',
        `the listing does not end after ${seen.size} pages, ${where}`,
      );
    }
    seen.add(next.href);
    const request = { to: next, scopes, headers, expect: [200] };
    const page: Page = await client.ask(request, async (response) => ({
      response,
      value: parseJson(await readAnswer(response, client.settings.answerSize), where),
    }));
    yield page;
    next = nextPage(page.response, client);
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8288#section-3 */
const nextPage = (response: HttpResponse, client: RegistryClient): URL | undefined => {
  const link = headerOf(response, 'link') ?? '';
  const target = /<([^<>]*)>\s*;[^,]*\brel="?next"?/i.exec(link)?.[1];
  if (target === undefined) return undefined;
  const url = resolveLocation(target, response.url, client);
  if (url.origin === response.url.origin) return url;
  throw new RegistryError(
    'io',
    `the listing leads to another server, ${printableUrl(response.url)}`,
  );
};
