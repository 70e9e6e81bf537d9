import { request } from 'node:http';
import { showBytes } from './show-bytes.ts';
import { answered, unanswered, type Answer, type HttpTrial } from './trial.ts';

/** How a service is reached, and how long it may take. */
export interface AskOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds. */
  readonly wait: number;
  readonly signal: AbortSignal | undefined;
}

/** What an answer may hold, in bytes. */
const BODY_SIZE = 16 * 1024 * 1024;

/** Headers that are part of what a service says; others are about this connection. */
const COMPARED = ['content-type', 'location'] as const;

/** Sends a request, and resolves to status, some headers and body as text; or to why there is none. */
export const ask = (
  { method, path, body, headers }: HttpTrial,
  { host, port, wait, signal }: AskOptions,
): Promise<Answer> =>
  new Promise((resolve) => {
    const fail = (why: string): void => resolve(unanswered(`no answer: ${why}`));
    const sent = request(
      { host, port, method, path, headers: Object.fromEntries(headers), agent: false, signal },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > BODY_SIZE) sent.destroy(new Error(`over ${BODY_SIZE} bytes`));
          chunks.push(chunk);
        });
        answer.on('error', ({ message }) => fail(message));
        answer.on('end', () => {
          const lines = COMPARED.flatMap((name) =>
            answer.headers[name] === undefined ? [] : [`${name}: ${answer.headers[name]}`],
          );
          const head = [`HTTP ${answer.statusCode}`, ...lines].join('\n');
          resolve(answered(`${head}\n\n${showBytes(Buffer.concat(chunks))}`));
        });
      },
    );
    sent.setTimeout(wait, () => sent.destroy(new Error(`nothing within ${wait / 1000} s`)));
    sent.on('error', ({ message }) => fail(message));
    sent.end(body);
  });
