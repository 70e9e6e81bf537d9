import { ReslimError } from '../base/errors.ts';

/** A URL of http or https. Throws `usage`, with the name of the option and without the text: it may hold a password. */
export const parseWebUrl = (option: string, text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '' && isDecodable(url)) return url;
  throw new ReslimError('usage', `${option}: not a URL of http or https`, {
    hint: 'write it as https://HOST, or https://NAME:PASSWORD@HOST',
  });
};

/** A `%` of a password must be written as `%25`. */
const isDecodable = ({ username, password }: URL): boolean => {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
};
