import type { Ecosystem } from './ecosystem.ts';

export const r: Ecosystem = {
  name: 'r',
  sources: [{ kind: 'code', extensions: ['r', 'R'] }],
  runFunctions: ['system'],
  searchPathVariables: ['R_LIBS'],
};
