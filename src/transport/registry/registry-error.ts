import { ReslimError, type ErrorCode, type ReslimErrorOptions } from '../../base/errors.ts';

export interface RegistryErrorOptions extends ReslimErrorOptions {
  /** HTTP status; absent when no answer came. */
  readonly status?: number | undefined;
  /** Error codes of the distribution-spec, e.g. `MANIFEST_UNKNOWN`. */
  readonly codes?: readonly string[] | undefined;
  /** Whether another try may succeed. */
  readonly retryable?: boolean | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** Whether all requests of the host wait until another try makes sense: this one need not. */
  readonly isPaced?: boolean | undefined;
}

/**
 * A failure of a registry or a token server, or of the connection to it.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
export class RegistryError extends ReslimError {
  readonly status: number | undefined;
  readonly codes: readonly string[];
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly isPaced: boolean;

  constructor(code: ErrorCode, message: string, options: RegistryErrorOptions = {}) {
    super(code, message, options);
    this.status = options.status;
    this.codes = options.codes ?? [];
    this.retryable = options.retryable ?? false;
    this.retryAfter = options.retryAfter;
    this.isPaced = options.isPaced ?? false;
  }
}

export const hasStatus = (error: unknown, ...statuses: readonly number[]): error is RegistryError =>
  error instanceof RegistryError && error.status !== undefined && statuses.includes(error.status);
