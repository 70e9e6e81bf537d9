import type { Shelf } from './shelf.ts';

/**
 * Keeps packages of the language that others depend on. Where code of a package is loaded,
 * that says which of them it uses; where none is, as far as it can be read, all stay.
 */
export const followDepends = ({ state, owners, packages, trace }: Shelf): void => {
  if (state.hasAll) return;
  for (const own of state.kept) {
    if (state.loaded.has(own) || state.followed.has(own)) continue;
    state.followed.add(own);
    const [file] = own.files;
    for (const other of own.depends.flat().flatMap((name) => packages.providers.get(name) ?? []))
      if (owners.has(other) && file)
        for (const node of other.files)
          trace.record.need('reads', { node, via: [] }, { file, member: 'its package' });
  }
};
