import type { Ecosystem } from './ecosystem.ts';

/** Erlang and Elixir. */
export const erlang: Ecosystem = {
  name: 'erlang',
  tools: [{ name: 'hex', programs: { mix: undefined, rebar3: undefined } }],
  sources: [{ kind: 'code', extensions: ['erl', 'ex', 'exs'] }],
};
