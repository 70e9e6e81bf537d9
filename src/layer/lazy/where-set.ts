/** Without what is empty or 0, as Go leaves it out. */
export const whereSet = (members: Readonly<Record<string, string | number>>): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== '' && value !== 0));
