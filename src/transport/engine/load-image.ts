import { ReslimError } from '../../base/errors.ts';
import { oneLine } from '../../base/io-error.ts';
import type { EngineClient } from './engine-client.ts';

/** What the engine says it loaded. */
export interface LoadedImages {
  /** `name:tag` of every image that has one. */
  readonly names: readonly string[];
  /** Ids of those without. */
  readonly ids: readonly string[];
}

/**
 * Streams a docker archive into the engine. An engine answers 200 before it has read the archive,
 * so success is known from the messages that follow.
 */
export const loadImage = async (
  engine: EngineClient,
  archive: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<LoadedImages> => {
  let isRead = false;
  const content = markEnd(archive, () => (isRead = true));
  const response = await engine.send({
    method: 'POST',
    path: '/images/load',
    query: { quiet: '1' },
    headers: { 'content-type': 'application/x-tar' },
    body: { open: () => content },
    expect: [200],
    signal,
  });
  const names: string[] = [];
  const ids: string[] = [];
  for await (const message of readMessages(response.body)) {
    const failure = message['error'] ?? message['errorDetail'];
    if (failure != null) throw refused(failure);
    const text = typeof message['stream'] === 'string' ? message['stream'] : '';
    for (const [, kind, name = ''] of text.matchAll(/Loaded image( ID)?(?:\(s\))?: (\S+)/g)) {
      (kind ? ids : names).push(...name.split(',').filter(Boolean));
    }
  }
  if (names.length + ids.length > 0) return { names, ids };
  throw new ReslimError(
    'io',
    isRead ? 'the engine loaded no image' : 'the engine stopped reading the image',
  );
};

async function* markEnd(
  content: AsyncIterable<Uint8Array>,
  onEnd: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* content;
  onEnd();
}

const refused = (failure: unknown): ReslimError => {
  const message =
    typeof failure === 'string' ? failure : (failure as { message?: unknown }).message;
  return new ReslimError('io', `the engine could not load the image: ${oneLine(String(message))}`);
};

/** JSON values, one on each line. */
async function* readMessages(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Record<string, unknown>, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > MESSAGE_SIZE)
      throw new ReslimError('limit', `a message of the engine is over ${MESSAGE_SIZE} bytes`);
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) yield* parseMessage(line);
  }
  yield* parseMessage(rest + decoder.decode());
}

const MESSAGE_SIZE = 1024 * 1024;

function* parseMessage(line: string): Generator<Record<string, unknown>, void, undefined> {
  if (line.trim() === '') return;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) yield value as Record<string, unknown>;
  } catch {
    // Plain text, from an engine that does not report progress as JSON.
    yield { stream: line };
  }
}
