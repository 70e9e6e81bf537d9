/** A name that fits a glob or a template, to see whether what is around the open parts can be a name. */
export const sampleName = (name: string): string =>
  name.replaceAll(
    /\[[^\]]*\]|\{([^,}]*)[^}]*\}|\*+|\?/g,
    (_, first: string | undefined) => first || 'x',
  );
