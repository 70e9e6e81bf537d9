import type { AuthState } from './auth/authenticator.ts';
import { HelperAnswers } from './auth/helper-answers.ts';
import { Confirmed } from './confirmed.ts';
import type { SharedBlobs } from './hosts/shared-blobs.ts';

/** What is known of a registry, by one session or by all that share their hosts. */
export interface RegistryState {
  /** The root URL, once a session has begun to look for it. */
  base: Promise<URL> | undefined;
  hasAnswered: boolean;
  /** Whether a note was added that few pulls are left. */
  hasWarned: boolean;
  readonly auth: AuthState;
  readonly confirmed: Confirmed;
  /** What other sessions did with blobs. */
  readonly blobs: SharedBlobs | undefined;
}

export const openRegistryState = (blobs?: SharedBlobs): RegistryState => ({
  base: undefined,
  hasAnswered: false,
  hasWarned: false,
  auth: { challenge: undefined, tokens: new Map(), helpers: new HelperAnswers() },
  confirmed: new Confirmed(),
  blobs,
});
