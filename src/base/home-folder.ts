import { homedir } from 'node:os';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The user's home folder; `/` where the user is in no user database and HOME is not set, as in many CI containers. */
export const homeFolder = (): string => {
  try {
    return homedir();
  } catch {
    return '/';
  }
};
