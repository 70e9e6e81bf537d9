import type { Credential } from './credential.ts';
import { getFromHelper, type HelperOptions } from './credential-helper.ts';

/**
 * What credential helpers answered, for sessions that share it: each is asked once, and again after some minutes, since its
 * passwords may be valid for a short time only.
 */
export class HelperAnswers {
  readonly #kept = new Map<string, KeptAnswer>();

  /** The same as `getFromHelper`. */
  readonly get = (
    helper: string,
    key: string,
    options: HelperOptions,
  ): Promise<Credential | undefined> => {
    const name = JSON.stringify([helper, key]);
    const known = this.#kept.get(name);
    if (known && performance.now() < known.staleAt) return known.answer;
    const answer = getFromHelper(helper, key, options);
    const kept: KeptAnswer = { answer, staleAt: performance.now() + LIFETIME };
    this.#kept.set(name, kept);
    answer.catch(() => this.#kept.get(name) === kept && this.#kept.delete(name));
    return answer;
  };
}

interface KeptAnswer {
  readonly answer: Promise<Credential | undefined>;
  readonly staleAt: number;
}

/** Milliseconds. */
const LIFETIME = 5 * 60_000;
