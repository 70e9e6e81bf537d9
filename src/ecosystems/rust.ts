import type { Ecosystem } from './ecosystem.ts';
import { FOR_SOURCES } from './tool.ts';

export const rust: Ecosystem = {
  name: 'rust',
  // Written by cargo-auditable.
  buildInfoSections: ['.dep-v0'],
  tools: [
    {
      name: 'cargo',
      programs: Object.fromEntries(
        [
          'cargo',
          'cargo-*',
          ...['maturin', 'wasm-pack', 'trunk', 'cross', 'bacon', 'dx', 'evcxr', 'rust-script'],
        ].map((program) => [program, undefined]),
      ),
      frontEnds: [/\bcargo_metadata-\d|\bcargo-\d+\.\d+\.\d+\/src\/cargo\//],
      calls: ['cargo', 'rustc', ...FOR_SOURCES],
      offline: [/^CARGO_NET_OFFLINE=(?!false$|0?$)/],
    },
  ],
  cacheVariables: ['CARGO_HOME', 'CARGO_TARGET_DIR', 'RUSTUP_HOME'],
  ignoredCallers: [/\/\.(cargo|rustup)\//, /^\/usr\/local\/(rustup|cargo)\//],
};
