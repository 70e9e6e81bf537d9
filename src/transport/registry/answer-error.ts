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
  /** Masked in the message, should the server repeat it: passwords, tokens. */
  readonly secrets?: readonly string[] | undefined;
  readonly limit: number;
  /** Whether a login was sent along. */
  readonly isLoggedIn: boolean;
  readonly retryable?: boolean | undefined;
  /** Whether the host is not asked again before it may be. */
  readonly isPaced?: boolean | undefined;
}

/** Turns an unexpected answer into an error; reads its body to the end. */
export const answerError = async (
  response: HttpResponse,
  options: AnswerErrorOptions,
): Promise<RegistryError> => {
  const { status } = response;
  const errors = await readErrors(response, options.limit);
  const codes = errors.map(({ code }) => code).filter((code) => /^[A-Z_]{1,64}$/.test(code));
  const message = hide(errors.map((one) => one.message).find(Boolean) ?? '', options.secrets ?? []);
  const parts = [String(status), ...new Set(codes), message && `(${message})`, rateLimit(response)];
  const where = `${options.method} ${printableUrl(response.url)}`;
  return new RegistryError(
    errorCode(status),
    `the registry answered ${parts.filter(Boolean).join(' ')}, ${where}`,
    {
      status,
      codes,
      retryable: options.retryable ?? isTemporary(status),
      retryAfter: parseRetryAfter(headerOf(response, 'retry-after'), Date.now()),
      isPaced: options.isPaced && status === 429,
      hint: hintFor(status, codes, options),
    },
  );
};

/** Statuses after which another try may succeed. */
const isTemporary = (status: number): boolean =>
  status === 408 ||
  status === 425 ||
  status === 429 ||
  (status >= 500 && status !== 501 && status !== 505);

const errorCode = (status: number): ErrorCode => {
  if (status === 404) return 'not-found';
  return status === 405 || status === 501 ? 'unsupported' : 'io';
};

interface SentError {
  readonly code: string;
  readonly message: string;
}

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
const readErrors = async (response: HttpResponse, limit: number): Promise<SentError[]> => {
  try {
    const body = Buffer.from(await readAnswer(response, limit)).toString();
    const parsed = JSON.parse(body) as Record<string, unknown> | null;
    // Token servers send errors in other shapes.
    const list = Array.isArray(parsed?.['errors']) ? (parsed['errors'] as unknown[]) : [parsed];
    return list.slice(0, 5).map((item) => {
      const {
        code,
        message,
        details,
        error_description: description,
      } = (item ?? {}) as Record<string, unknown>;
      const text = [message, details, description].find((one) => typeof one === 'string') ?? '';
      return { code: typeof code === 'string' ? code : '', message: oneLine(text) };
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

/** What is left of the pull limit of Docker Hub. */
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
      ? `the login was refused; check user name and password: reslim login ${registry}`
      : `log in: reslim login ${registry}`;
  }
  if (status === 403)
    return `this account is not allowed to do that; log in with another: reslim login ${registry}`;
  if (status === 429) return `wait, or log in for a higher limit: reslim login ${registry}`;
  if (codes.includes('NAME_UNKNOWN'))
    return 'check the name; in some registries the repository must be created first';
  if (status === 404)
    return 'check the name and the tag; a private repository may show as missing when not logged in';
  if (status === 413) return 'the registry, or a proxy in front of it, refuses bodies of this size';
  return undefined;
};
