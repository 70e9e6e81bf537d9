/** Leaves out the middle: both ends of a path say more. */
export const shorten = (text: string, room: number): string => {
  if (text.length <= room) return text;
  const end = Math.floor((room - 1) / 2);
  return `${text.slice(0, room - 1 - end)}…${text.slice(text.length - end)}`;
};
