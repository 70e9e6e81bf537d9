import picomatch from 'picomatch';

/** Whether a tag fits one of some globs, and none of those to leave out (`!*-rc*`); names are globs, too. */
export const tagGlobs = (globs: readonly string[]): ((tag: string) => boolean) => {
  const [exclusions, others] = [true, false].map((isExclusion) =>
    globs
      .filter((glob) => glob.startsWith('!') === isExclusion)
      .map((glob) => picomatch(glob.replace(/^!/, ''), { dot: true })),
  );
  return (tag) =>
    (others ?? []).some((matches) => matches(tag)) &&
    !(exclusions ?? []).some((matches) => matches(tag));
};
