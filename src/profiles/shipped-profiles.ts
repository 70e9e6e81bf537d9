import type { Profile } from './rule.ts';
import { shippedFiles, type ShippedFiles } from './shipped-files.ts';

/** @public for the build */
export const SHIPPED_PROFILES: ShippedFiles<readonly Profile[]> = shippedFiles({
  compiledName: 'profiles.json',
  glob: 'profiles/*.yaml',
  parse: async (files) => {
    const { parseShippedProfiles } = await import('./parse-profile.ts');
    return parseShippedProfiles(files);
  },
});

/** All profiles that come with reslim, sorted by name. */
export const loadShippedProfiles = (): Promise<readonly Profile[]> => SHIPPED_PROFILES.load();
