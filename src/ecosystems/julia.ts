import type { Ecosystem } from './ecosystem.ts';

export const julia: Ecosystem = {
  name: 'julia',
  sources: [{ kind: 'code', extensions: ['jl'] }],
  runFunctions: ['run'],
};
