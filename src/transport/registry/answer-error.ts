import type { ErrorCode } from '../../base/errors.ts';
import { oneLine } from '../../base/io-error.ts';
import { headerOf, type HttpResponse } from './http/exchange.ts';
import { readAnswer } from './http/read-answer.ts';
import { parseRetryAfter } from './http/retry.ts';
import { printableUrl } from './http/url.ts';
import { RegistryError } from './registry-error.ts';

export interface AnswerErrorOptions {
  readonly method: string;
  readonly registry: string;
  /** What must not be shown should the server repeat it. */
  readonly secrets?: readonly string[] | undefined;
  readonly limit: number;
  /** Whether a login was sent along. */
  readonly isLoggedIn: boolean;
  readonly retryable?: boolean | undefined;
}

/** Makes an error of an answer that was not the expected one, and reads the answer to its end. */
export const answerError = async (
  response: HttpResponse,
  options: AnswerErrorOptions,
): Promise<RegistryError> => {
  const { status } = response;
  const told = await readErrors(response, options.limit);
  const codes = told.map(({ code }) => code).filter((code) => /^[A-Z_]{1,64}$/.test(code));
  const message = hide(told.map((one) => one.message).find(Boolean) ?? '', options.secrets ?? []);
  const said = [String(status), ...new Set(codes), message && `(${message})`, rateLimit(response)];
  const where = `${options.method} ${printableUrl(response.url)}`;
  return new RegistryError(
    errorCode(status),
    `the registry said ${said.filter(Boolean).join(' ')}, ${where}`,
    {
      status,
      codes,
      retryable: options.retryable ?? isPassing(status),
      retryAfter: parseRetryAfter(headerOf(response, 'retry-after'), Date.now()),
      hint: hintFor(status, codes, options),
    },
  );
};

/** Statuses that may be gone at the next try. */
const isPassing = (status: number): boolean =>
  status === 408 ||
  status === 425 ||
  status === 429 ||
  (status >= 500 && status !== 501 && status !== 505);

const errorCode = (status: number): ErrorCode => {
  if (status === 404) return 'not-found';
  return status === 405 || status === 501 ? 'unsupported' : 'io';
};

interface ToldError {
  readonly code: string;
  readonly message: string;
}

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
const readErrors = async (response: HttpResponse, limit: number): Promise<ToldError[]> => {
  try {
    const text = Buffer.from(await readAnswer(response, limit)).toString();
    const parsed = JSON.parse(text) as Record<string, unknown> | null;
    // Token servers tell theirs in other shapes.
    const list = Array.isArray(parsed?.['errors']) ? (parsed['errors'] as unknown[]) : [parsed];
    return list.slice(0, 5).map((item) => {
      const {
        code,
        message,
        details,
        error_description: description,
      } = (item ?? {}) as Record<string, unknown>;
      const words = [message, details, description].find((one) => typeof one === 'string') ?? '';
      return { code: typeof code === 'string' ? code : '', message: oneLine(words) };
    });
  } catch {
    // No JSON, or the answer broke off: the status says enough.
    return [];
  }
};

const hide = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length > 3)
    .reduce((left, secret) => left.replaceAll(secret, '***'), text);

/** What Docker Hub tells of its pull limit. */
const rateLimit = (response: HttpResponse): string => {
  const limit = headerOf(response, 'ratelimit-limit');
  const remaining = headerOf(response, 'ratelimit-remaining');
  if (response.status !== 429 || limit === undefined) return '';
  return oneLine(`with ${remaining ?? 'none'} left of ${limit}`);
};

const hintFor = (
  status: number,
  codes: readonly string[],
  { registry, isLoggedIn }: AnswerErrorOptions,
): string | undefined => {
  if (status === 401) {
    return isLoggedIn
      ? `the login was turned down; check user name and password: reslim login ${registry}`
      : `log in: reslim login ${registry}`;
  }
  if (status === 403)
    return `the account may not do this; log in with another: reslim login ${registry}`;
  if (status === 429) return `wait, or log in for a higher limit: reslim login ${registry}`;
  if (codes.includes('NAME_UNKNOWN'))
    return 'check the name; some registries want the repository created first';
  if (status === 404)
    return 'check the name and the tag; a private repository may show as missing when not logged in';
  if (status === 413) return 'the registry, or a proxy before it, refuses bodies of this size';
  return undefined;
};
