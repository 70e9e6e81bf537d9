import { ReslimError } from '../../base/errors.ts';
import { oneLine } from '../../base/io-error.ts';
import { RegistryError } from '../registry/registry-error.ts';
import {
  exchange,
  headerOf,
  type ExchangeSettings,
  type HttpRequest,
  type HttpResponse,
} from '../registry/http/exchange.ts';
import { readAnswer } from '../registry/http/read-answer.ts';
import { isRefused } from '../registry/http/network-error.ts';
import { connectEngine, type EngineConnection } from './engine-connection.ts';
import { findEngine, type FindEnginesOptions } from './find-engines.ts';
import type { EngineAddress } from './context.ts';

export interface EngineOptions extends FindEnginesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Overrides of the timeouts. */
  readonly settings?: Partial<ExchangeSettings> | undefined;
}

/** A request below the versioned API, e.g. `/images/json`. */
export interface EngineRequest extends Omit<HttpRequest, 'url'> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly expect: readonly number[];
}

/** A session with a Docker or Podman engine. */
export interface EngineClient {
  readonly kind: 'docker' | 'podman';
  /** The version of the API that both sides support, e.g. `1.41`. */
  readonly version: string;
  send(request: EngineRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** Agrees on a version with an engine, by default the first there is. Rejects with `not-found` if there is none. */
export const openEngine = async (
  options: EngineOptions = {},
  which?: EngineAddress,
): Promise<EngineClient> => {
  const address = which ?? (await findEngine(options));
  const connection = await connectEngine(address);
  const settings = { ...ENGINE_SETTINGS, ...options.settings };
  const raw = (request: HttpRequest): Promise<HttpResponse> =>
    exchange(connection.agent, { signal: options.signal, ...request }, settings);
  const close = (): Promise<void> => connection.agent.destroy();
  try {
    const { kind, version } = await negotiate(connection, address, raw);
    return { kind, version, close, send: (request) => send(connection, version, { raw, request }) };
  } catch (error) {
    await close();
    throw error;
  }
};

const SECOND = 1000;
const MiB = 1024 * 1024;

/**
 * Milliseconds and bytes. An engine is usually on this machine, but may pack or unpack a whole image
 * between two bytes.
 */
export const ENGINE_SETTINGS: ExchangeSettings = {
  requestTimeout: 90 * SECOND,
  headersTimeout: 60 * SECOND,
  storeRate: 5 * MiB,
  finishTimeout: 60 * 60 * SECOND,
  stallWindow: 60 * SECOND,
  stallBytes: 64 * 1024,
};
const PING_TIMEOUT = 10 * SECOND;

/** The newest version these requests were written for; with older engines their own is used. */
const NEWEST = '1.44';
/** `images/get` and `images/load` with their present meaning. */
const OLDEST = '1.24';

/** @see https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk */
const negotiate = async (
  { base }: EngineConnection,
  address: EngineAddress,
  raw: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<Pick<EngineClient, 'kind' | 'version'>> => {
  let response: HttpResponse;
  try {
    response = await raw({
      method: 'GET',
      url: new URL('/_ping', base),
      headersTimeout: PING_TIMEOUT,
    });
  } catch (error) {
    throw unreachable(error, address);
  }
  await response.discard();
  if (response.status !== 200) {
    throw new ReslimError(
      'io',
      `the engine answered its ping with ${response.status}, ${address.from}`,
    );
  }
  const podman = headerOf(response, 'libpod-api-version');
  const kind = podman === undefined ? 'docker' : 'podman';
  const version = headerOf(response, 'api-version') ?? podman ?? '';
  if (!/^\d+\.\d+$/.test(version)) return { kind, version: OLDEST };
  if (compareVersions(version, OLDEST) < 0) {
    throw new ReslimError(
      'unsupported',
      `the engine has API version ${version}, at least ${OLDEST} is needed, ${address.from}`,
    );
  }
  return { kind, version: compareVersions(version, NEWEST) < 0 ? version : NEWEST };
};

const compareVersions = (left: string, right: string): number => {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
};

const unreachable = (error: unknown, { from }: EngineAddress): unknown => {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  if (code === 'EACCES') {
    return new ReslimError('io', `permission denied, engine of ${from}`, {
      hint: 'join the docker group, or use a rootless engine',
      cause: error,
    });
  }
  if (code === 'ENOENT' || isRefused(error)) {
    return new ReslimError('not-found', `no engine answers there, ${from}`, {
      hint: 'start it',
      cause: error,
    });
  }
  if (error instanceof RegistryError && error.status === undefined) {
    const hint = `the engine does not answer; start it again, or name another with DOCKER_HOST`;
    return new ReslimError('io', `${error.message} of ${from}`, { hint, cause: error });
  }
  return error;
};

interface Sending {
  readonly raw: (request: HttpRequest) => Promise<HttpResponse>;
  readonly request: EngineRequest;
}

const send = async (
  { base }: EngineConnection,
  version: string,
  { raw, request }: Sending,
): Promise<HttpResponse> => {
  const url = new URL(`/v${version}${request.path}`, base);
  for (const [name, value] of Object.entries(request.query ?? {}))
    url.searchParams.set(name, value);
  const response = await raw({ ...request, url });
  if (request.expect.includes(response.status)) return response;
  throw new ReslimError(
    response.status === 404 ? 'not-found' : 'io',
    `the engine answered ${response.status} ${await readMessage(response)}, ${request.method} ${request.path}`,
  );
};

const readMessage = async (response: HttpResponse): Promise<string> => {
  try {
    const { message, cause } = JSON.parse(
      Buffer.from(await readAnswer(response, MESSAGE_SIZE)).toString(),
    ) as Record<string, unknown>;
    const text = message ?? cause;
    return typeof text === 'string' ? oneLine(text) : '';
  } catch {
    return '';
  }
};

const MESSAGE_SIZE = 64 * 1024;
