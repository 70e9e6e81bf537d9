import type { Ecosystem } from './ecosystem.ts';
import { FOR_SOURCES } from './tool.ts';

/** Erlang and Elixir. */
export const erlang: Ecosystem = {
  name: 'erlang',
  tools: [
    // Both compile what has changed before they do anything else.
    { name: 'hex', programs: { mix: undefined, rebar3: undefined }, calls: FOR_SOURCES },
  ],
  sources: [{ kind: 'code', extensions: ['erl', 'ex', 'exs'] }],
};
