import type { Ecosystem } from './ecosystem.ts';

export const dotnet: Ecosystem = {
  name: 'dotnet',
  tools: [
    {
      // The runtime starts it when a program crashes.
      name: 'createdump',
      programs: { createdump: undefined },
      askedBy: [/^(DOTNET|COMPlus)_DbgEnableMiniDump=1$/],
    },
    {
      name: 'nuget',
      programs: {
        dotnet: [
          'restore',
          'build',
          'run',
          'publish',
          'test',
          'tool',
          'add',
          'watch',
          'pack',
          'script',
        ],
        nuget: undefined,
      },
    },
  ],
  cacheVariables: ['NUGET_PACKAGES', 'NUGET_HTTP_CACHE_PATH', 'DOTNET_CLI_HOME'],
  packageSigns: [{ type: 'nuget', path: /\/([^/]+)\.deps\.json$/, nameEnds: ['.deps.json'] }],
};
