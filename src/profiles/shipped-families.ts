import type { FamilyRule } from './family.ts';
import { shippedFiles, type ShippedFiles } from './shipped-files.ts';

/** @public for the build */
export const SHIPPED_FAMILIES: ShippedFiles<readonly FamilyRule[]> = shippedFiles({
  compiledName: 'families.json',
  glob: 'profiles/families/*.yaml',
  parse: async (files) => {
    const { parseFamily } = await import('./parse-family.ts');
    return files.flatMap(({ name, text }) => parseFamily(text, name));
  },
});

/** All families that come with reslim, in the order of their files' names. */
export const loadShippedFamilies = (): Promise<readonly FamilyRule[]> => SHIPPED_FAMILIES.load();
