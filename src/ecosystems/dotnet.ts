import type { Ecosystem } from './ecosystem.ts';

export const dotnet: Ecosystem = {
  name: 'dotnet',
  packageSigns: [{ type: 'nuget', path: /\/([^/]+)\.deps\.json$/, nameEnds: ['.deps.json'] }],
};
