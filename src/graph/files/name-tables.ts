/**
 * Whether a string stands in a list of names in order: a program that is many programs, such as BusyBox,
 * has those it takes the place of.
 */
export const isInTable = (piece: string, at: number): boolean => {
  const before = piece
    .slice(Math.max(0, at - 120), at)
    .split('\0')
    .slice(-4);
  const after = piece
    .slice(at + 1, at + 160)
    .split('\0')
    .slice(0, 5);
  const names = [...before, ...after];
  return names.length > 8 && names.every((name, n) => n === 0 || (names[n - 1] as string) < name);
};
