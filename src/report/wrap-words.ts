/**
 * Breaks a line at spaces into lines of at most `width` columns. All but the first are indented by `indent`
 * columns. A word that is longer than a line stays whole, so that paths and digests can be copied.
 */
export const wrapWords = (text: string, width: number, indent = 0): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && longer.length > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else line = longer;
  }
  return [...lines, line];
};
