import type { Ecosystem } from './ecosystem.ts';

export const tcl: Ecosystem = {
  name: 'tcl',
  sources: [{ kind: 'code', extensions: ['tcl'] }],
  runFunctions: ['exec'],
};
