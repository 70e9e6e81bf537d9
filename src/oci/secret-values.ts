/** Names of build arguments and variables whose values are secrets. */
export const SECRET_NAME: RegExp =
  /(^|_)(SECRETS?|TOKENS?|PASSWORD|PASSWD|PASSPHRASE|PAT|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?|AUTH)(_|$)/i;

/** `NAME=` before a value that is neither a variable nor empty, nor the `***` that stands in place of one. */
export const ASSIGNMENT: RegExp =
  /(?<=^|[\s|;&("'])([A-Za-z_]\w{0,99})=(?!\*\*\*(?:\s|$))(?=(?:["'](?![$"'])|(?![$\s"']))\S)/g;

/** `//user:` before the password of a URL. */
export const URL_PASSWORD: RegExp = /(:\/\/[^\s:@/]{1,200}:)[^\s:@/$]{1,200}@/g;

/** The text of a build step or a variable without the values in it that look secret. */
export const hideSecrets = (text: string): string => {
  let shown = '';
  let at = 0;
  for (const { index, 0: whole, 1: name = '' } of text.matchAll(ASSIGNMENT)) {
    const start = index + whole.length;
    if (index < at || !SECRET_NAME.test(name)) continue;
    const [value = ''] = VALUE.exec(text.slice(start)) ?? [];
    shown += `${text.slice(at, start)}***`;
    at = start + value.length;
  }
  return (shown + text.slice(at)).replace(URL_PASSWORD, '$1***@');
};

/** A variable, `NAME=value`, without its value where that looks secret. */
export const hideSecretVariable = (variable: string): string => {
  const end = variable.indexOf('=');
  const name = variable.slice(0, Math.max(end, 0));
  return SECRET_NAME.test(name) && variable.length > end + 1
    ? `${name}=***`
    : hideSecrets(variable);
};

/** Up to the end of the quotes, or of the word. */
const VALUE = /^(?:"[^"]*"?|'[^']*'?|[^\s"'|;&)]*)/;
