import { abortedError, type ReslimError } from '../../../base/errors.ts';
import { oneLine } from '../../../base/io-error.ts';
import { RegistryError } from '../registry-error.ts';

/** Turns a failed connection into an error that says what failed, and whether another try may succeed. */
export const networkError = (cause: unknown, where: string): ReslimError => {
  if (cause instanceof RegistryError) return cause;
  if (cause instanceof Error && cause.name === 'ReslimError') return cause as ReslimError;
  const { code, message } = innermost(cause);
  if (code === 'ABORT_ERR') return abortedError();
  if (CERTIFICATE.test(code)) {
    return new RegistryError('io', `certificate not trusted (${code}), ${where}`, {
      hint: 'name the authority with --ca-file, or pass --insecure for a registry you trust',
      cause,
    });
  }
  if (TLS_PROTOCOL.test(code)) {
    return new RegistryError('io', `the server does not speak TLS (${code}), ${where}`, {
      hint: 'pass --insecure for a registry on plain http',
      cause,
    });
  }
  const known = MESSAGES[code];
  if (known) {
    const [what, retryable] = known;
    return new RegistryError('io', `${what}, ${where}`, { retryable, cause });
  }
  return new RegistryError('io', `${oneLine(message)}, ${where}`, { retryable: true, cause });
};

/** Whether no program listens at the address. */
export const isRefused = (error: unknown): boolean =>
  error instanceof RegistryError && innermost(error.cause).code === 'ECONNREFUSED';

/** Whether the request may have reached the server. */
export const hasReached = (error: unknown): boolean =>
  error instanceof RegistryError &&
  !UNREACHED.test(innermost(error.cause).code) &&
  !isCertificateProblem(error) &&
  !isTlsProblem(error);

const UNREACHED =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Whether the server was reached, and its certificate was rejected. */
export const isCertificateProblem = (error: unknown): boolean =>
  error instanceof RegistryError && CERTIFICATE.test(innermost(error.cause).code);

/** Whether the server answered with something other than TLS. */
export const isTlsProblem = (error: unknown): boolean =>
  error instanceof RegistryError && TLS_PROTOCOL.test(innermost(error.cause).code);

const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH)/;
const TLS_PROTOCOL = /^(EPROTO|ERR_SSL_|ERR_TLS_)/;

const MESSAGES: Record<string, readonly [what: string, retryable: boolean]> = {
  ENOTFOUND: ['no such host', false],
  EAI_AGAIN: ['the host name could not be looked up', true],
  ECONNREFUSED: ['connection refused', true],
  ECONNRESET: ['connection reset', true],
  EPIPE: ['connection reset', true],
  UND_ERR_SOCKET: ['connection closed', true],
  ETIMEDOUT: ['connection timed out', true],
  UND_ERR_CONNECT_TIMEOUT: ['connection timed out', true],
  EHOSTUNREACH: ['host unreachable', true],
  ENETUNREACH: ['network unreachable', true],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['the answer was cut short', true],
};

/** undici and `net` wrap causes, and several addresses tried make an AggregateError. */
const innermost = (error: unknown): { code: string; message: string } => {
  let found = { code: '', message: String(error) };
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    const { code, name } = at as NodeJS.ErrnoException;
    if (name === 'AbortError') return { code: 'ABORT_ERR', message: at.message };
    if (at.message !== '' || code !== undefined) {
      found = {
        code: typeof code === 'string' ? code : found.code,
        message: at.message || String(code),
      };
    }
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return found;
};
