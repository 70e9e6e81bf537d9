import type { Ecosystem } from './ecosystem.ts';

export const rust: Ecosystem = {
  name: 'rust',
  // Written by cargo-auditable.
  buildInfoSections: ['.dep-v0'],
  tools: [
    {
      name: 'cargo',
      programs: { cargo: undefined },
      offline: [/^CARGO_NET_OFFLINE=(?!false$|0?$)/],
    },
  ],
  cacheVariables: ['CARGO_HOME', 'CARGO_TARGET_DIR', 'RUSTUP_HOME'],
  ignoredCallers: [/\/\.(cargo|rustup)\//, /^\/usr\/local\/(rustup|cargo)\//],
};
