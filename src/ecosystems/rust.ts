import type { Ecosystem } from './ecosystem.ts';

export const rust: Ecosystem = {
  name: 'rust',
  // Written by cargo-auditable.
  buildInfoSections: ['.dep-v0'],
  ignoredCallers: [/\/\.(cargo|rustup)\//, /^\/usr\/local\/(rustup|cargo)\//],
};
