/** A name of a table of contents as Go's `path.Clean` makes it, by which readers tell files from each other. */
export const cleanName = (name: string): string => {
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
};
