import { randomBytes } from 'node:crypto';

/** Names of two images in an engine that nobody else has. */
export const trialNames = (): readonly [original: string, slim: string] => {
  const repository = newRepository('verify');
  return [`${repository}:original`, `${repository}:slim`];
};

/** The same of one that is traced. */
export const traceName = (): string => `${newRepository('trace')}:original`;

const newRepository = (purpose: string): string =>
  `localhost/reslim-${purpose}-${randomBytes(6).toString('hex')}`;
