import { readTextFile } from '../yaml/text-file.ts';
import { parseProfile } from './parse-profile.ts';
import type { Profile } from './rule.ts';
import { loadShippedProfiles } from './shipped-profiles.ts';

/**
 * Reads a user's profile. Its rules may override the shipped profiles' keep rules and its own.
 * Throws `not-found`, `limit`, or `usage` with file, line, column and property.
 */
export const loadProfileFile = async (path: string): Promise<Profile> => {
  const [text, shipped] = await Promise.all([readTextFile(path), loadShippedProfiles()]);
  return parseProfile(text, path, shipped);
};
