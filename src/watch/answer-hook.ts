import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AnswerPost } from '../exporter/serve.ts';
import type { PushedTag } from './notifications/pushed-tag.ts';
import { readNotification } from './notifications/read-notification.ts';

export interface HookOptions {
  readonly secret: string;
  /** Called with the tags of a notification, if there are any. */
  readonly onPushed: (tags: readonly PushedTag[]) => void;
  /** Called once for each request with what became of it. */
  readonly onRequest: (outcome: HookOutcome) => void;
}

/**
 * - `accepted`: it names tags that were pushed
 * - `ignored`: it is a notification of something else
 * - `unreadable`: it is no notification, or too large
 * - `refused`: it does not know the secret
 */
export type HookOutcome = (typeof HOOK_OUTCOMES)[number];
export const HOOK_OUTCOMES = ['accepted', 'ignored', 'unreadable', 'refused'] as const;

/**
 * Takes notifications of registries. Who knows the secret is told at once that it was accepted, whatever it is: registries send
 * again what was not, and let everything else wait.
 */
export const answerHook =
  ({ secret, onPushed, onRequest }: HookOptions): AnswerPost =>
  async (request) => {
    if (!isAuthorised(request, secret)) {
      onRequest('refused');
      return { status: 401, body: '' };
    }
    const body = await readBody(request);
    const tags = body === undefined ? undefined : readNotification(body);
    onRequest(tags === undefined ? 'unreadable' : tags.length > 0 ? 'accepted' : 'ignored');
    if (tags && tags.length > 0) onPushed(tags);
    return body === undefined ? { status: 413, body: '' } : { status: 202, body: 'accepted\n' };
  };

/**
 * Registries send the header `Authorization` that they are configured with, with or without a scheme. Docker Hub sends none:
 * for it the secret may be a parameter of the URL.
 */
const isAuthorised = ({ headers, url = '' }: IncomingMessage, secret: string): boolean => {
  const { authorization = '' } = headers;
  const parameter = new URLSearchParams(url.split('?', 2)[1] ?? '').get('secret') ?? '';
  const given = [authorization, authorization.replace(/^Bearer +/i, ''), parameter];
  // All are compared, each in the same time.
  return given.map((text) => isEqual(text, secret)).includes(true);
};

/** Digests have one length, so that the time tells nothing of the secret's. */
const isEqual = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Bytes. A notification of one push has about 1,000. */
const MAX_BODY = 1024 * 1024;

/** `undefined` where it is too long, or ends early. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  } catch {
    return undefined;
  }
};
