import { isSharedData } from './package-kinds.ts';
import type { Shelf } from './shelf.ts';

/**
 * Keeps modules and data that packages of the language depend on. Where code of a package is loaded, that says which
 * modules it uses, and whether it looks for data; where none is, as far as it can be read, all stay.
 */
export const followDepends = ({ state, owners, packages, trace }: Shelf): void => {
  for (const own of state.kept) {
    const [file] = own.files;
    if (!file) continue;
    const place = { file, member: 'its package' };
    for (const other of own.depends.flat().flatMap((name) => packages.providers.get(name) ?? [])) {
      const isUsed = state.hasAll || !state.loaded.has(own);
      if (
        isUsed
          ? owners.has(other) || isSharedData(other)
          : state.sharing.has(own) && isSharedData(other)
      )
        for (const node of other.files) trace.record.need('reads', { node, via: [] }, place);
    }
  }
};
