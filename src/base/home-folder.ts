import { homedir } from 'node:os';

/** The user's home folder; the root for users that no list knows and no HOME names, as in many a CI container. */
export const homeFolder = (): string => {
  try {
    return homedir();
  } catch {
    return '/';
  }
};
