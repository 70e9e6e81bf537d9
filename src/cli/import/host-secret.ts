/** The environment variable for the password of a host: a password is in no mirror file. */
export const passwordVariable = (host: string): string =>
  `${host
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)/, '_')}_PASSWORD`;
