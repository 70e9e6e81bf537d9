import type { SourceKind } from './ecosystem.ts';
import { ECOSYSTEMS } from './known-ecosystems.ts';

/** What kind of source a file is by its name or place, whatever it holds. `path` is absolute. */
export const sourceKindOf = (path: string): SourceKind | undefined => {
  const placed = PLACES.find(({ paths }) => paths.test(path));
  if (placed) return placed.kind;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return (dot < 0 ? undefined : EXTENSIONS.get(name.slice(dot + 1))) ?? NAMES.get(name);
};

const SOURCES = ECOSYSTEMS.flatMap(({ sources = [] }) => sources);

const PLACES = SOURCES.flatMap(({ kind, paths }) => (paths ? [{ kind, paths }] : []));

const EXTENSIONS = new Map(
  SOURCES.flatMap(({ kind, extensions = [] }) => extensions.map((each) => [each, kind] as const)),
);

const NAMES = new Map(
  SOURCES.flatMap(({ kind, names = [] }) => names.map((each) => [each, kind] as const)),
);
