import { randomBytes } from 'node:crypto';

/** Names of two images in an engine that nobody else has. */
export const trialNames = (): readonly [original: string, slim: string] => {
  const repository = `localhost/reslim-verify-${randomBytes(6).toString('hex')}`;
  return [`${repository}:original`, `${repository}:slim`];
};
