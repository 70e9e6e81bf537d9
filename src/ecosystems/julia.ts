import type { Ecosystem } from './ecosystem.ts';
import { recordsByName } from './time-records.ts';

export const julia: Ecosystem = {
  name: 'julia',
  // Compiled packages, with the times of all sources they were made of.
  timeRecords: [
    { names: /\.ji$/, folders: /\/compiled\/v[\d.]+\//, read: recordsByName(/[\w.+@-]+\.jl\b/g) },
  ],
  sources: [{ kind: 'code', extensions: ['jl'] }],
  runFunctions: ['run'],
};
