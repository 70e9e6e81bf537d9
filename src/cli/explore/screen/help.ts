/** What the keys do: 20 lines of at most 78 columns. */
export const HELP: readonly string[] = [
  'Move       ↑ ↓ or k j, PgUp PgDn, Home End or g G; Tab: layers, files',
  'Folders    → or l opens, ← or h closes or goes up, Enter does either, * opens all',
  'Layers     choose one to see what it adds, changes and deletes; all: the image',
  'Filter     f, F back: wasted, goes at safe, goes at lean, of no package, setuid,',
  '           changes; a: everything again',
  'Sort       s: size, name, count of files',
  'Search     / text, or a glob with * ? [ or {; n next, N the one before',
  'Level      v: what safe or lean removes',
  'Marks      + keep, - drop, u clear; keep wins; w writes them to the settings',
  '           file, and shows before what changes there',
  'Quit       q or Ctrl-C; asks where marks are not written',
  '',
  'why        goes: a rule takes it; partly: some of it; KEEP DROP: marked here;',
  '           keep drop: a folder above is; deleted, replaced: a later layer',
  '           hides it; copy: another file has the same contents',
];
