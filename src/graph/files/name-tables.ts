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

/**
 * Whether a string is of two letters and stands among others that are, and no programs: codes of languages, units and the like,
 * such as those in the C part of Java's library, where Sundanese has the name of `su`.
 */
export const isCode = (
  piece: string,
  at: number,
  isProgram: (name: string) => boolean,
): boolean => {
  if (!CODE.test(piece.slice(at + 1, at + 4))) return false;
  const before = piece.slice(Math.max(0, at - 60), at).split('\0');
  const after = piece.slice(at + 4, at + 64).split('\0');
  const near = [...before.filter(isText).slice(-4), ...after.filter(isText).slice(0, 4)];
  return near.filter((each) => CODE.test(`${each}\0`) && !isProgram(each)).length >= 4;
};

const CODE = /^[a-z]{2}\0$/;

/** Compilers fill up with zeros what is in between. */
const isText = (string: string): boolean => string !== '';
