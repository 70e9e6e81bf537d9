/**
 * Variables by which those who work at a terminal say which of their programs they want. Where neither the image nor a
 * script sets one, it is empty but for what they set when they start a container: that is theirs to name.
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/V1_chap08.html
 */
export const isChoiceOfUser = (variable: string): boolean => CHOICES.has(variable);

const CHOICES: ReadonlySet<string> = new Set([
  ...['VISUAL', 'EDITOR', 'SELECTED_EDITOR', 'PAGER', 'BROWSER'],
  ...['GIT_EDITOR', 'GIT_PAGER', 'MANPAGER', 'PSQL_EDITOR', 'PSQL_PAGER', 'SUDO_EDITOR'],
]);

/** What `select-editor` of Debian asks a user at a terminal for, and leaves in `~/.selected_editor`. */
export const isAnswerOfUser = (variable: string): boolean => variable === 'SELECTED_EDITOR';
