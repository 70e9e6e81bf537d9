import type { FoundSecret } from '../api/found-secret.ts';

/** A line for each secret; one that is the same on several platforms is shown once. */
export const secretMessages = (secrets: readonly FoundSecret[]): string[] => [
  ...new Set(secrets.map(({ severity, message }) => `${severity} severity: ${message}`)),
];
