import type { Ecosystem } from './ecosystem.ts';

export const lua: Ecosystem = {
  name: 'lua',
  sources: [{ kind: 'code', extensions: ['lua'] }],
  runFunctions: ['exec', 'popen'],
};
