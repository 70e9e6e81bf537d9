/** The known word a misspelt one most likely stands for; `undefined` when none is near. */
export const closestWord = (word: string, known: Iterable<string>): string | undefined => {
  let best: string | undefined;
  let bestDistance = Math.ceil(word.length / 3) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
};

/** Insertions, deletions and substitutions between two words (Levenshtein), one row at a time. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...b].entries()) {
      const substituted = (row[column] as number) + (letter === other ? 0 : 1);
      next.push(
        Math.min(substituted, (row[column + 1] as number) + 1, (next[column] as number) + 1),
      );
    }
    row = next;
  }
  return row.at(-1) as number;
};
