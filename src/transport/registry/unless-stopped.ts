import { ReslimError } from '../../base/errors.ts';

/**
 * Waits for work that another session may have begun. Where that one was stopped, and its work with it, the work is
 * begun again.
 */
export const unlessStopped = async <T>(
  isStopped: () => boolean,
  begin: () => Promise<T>,
): Promise<T> => {
  for (;;) {
    try {
      return await begin();
    } catch (error) {
      const isAborted = error instanceof ReslimError && error.code === 'aborted';
      if (!isAborted || isStopped()) throw error;
    }
  }
};
