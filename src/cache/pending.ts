import { unlessAborted } from '../base/unless-aborted.ts';

/** What is being made for a cache right now: of those that need the same, one makes it, and the others find it. */
export class Pending {
  /** Resolves with whether it was made. */
  readonly #underWay = new Map<string, Promise<boolean>>();

  /**
   * Runs an action that finds or makes what `key` stands for, once those that are under way for the same key have ended.
   * Where one fails, or is stopped, the next one takes its place. Nobody waits for an action that waits itself. Rejects as
   * the action does, and with `aborted`.
   */
  async share<T>(
    key: string,
    signal: AbortSignal | undefined,
    action: () => Promise<T>,
  ): Promise<T> {
    for (let other = this.#underWay.get(key); other; other = this.#underWay.get(key))
      // It is found now. Where the cache had no room, all that have waited make it at once.
      if (await unlessAborted(other, signal)) return action();
    const making = action();
    const ended = making.then(
      () => true,
      () => false,
    );
    this.#underWay.set(
      key,
      ended.finally(() => this.#underWay.delete(key)),
    );
    return making;
  }
}
