import type { Ecosystem } from './ecosystem.ts';

/** Erlang and Elixir. */
export const erlang: Ecosystem = {
  name: 'erlang',
  sources: [{ kind: 'code', extensions: ['erl', 'ex', 'exs'] }],
};
