import type { Ecosystem } from './ecosystem.ts';

export const go: Ecosystem = {
  name: 'go',
  buildInfoSections: ['.go.buildinfo'],
  tools: [
    {
      name: 'go',
      programs: { go: undefined },
      offline: [/^GOPROXY=off$/, /^GOFLAGS=.*-mod=/],
    },
  ],
  cacheVariables: ['GOCACHE', 'GOMODCACHE', 'GOPATH', 'GOTMPDIR', 'GOLANGCI_LINT_CACHE'],
  ignoredCallers: [/^\/(usr\/local\/go|go\/pkg|usr\/lib\/go[^/]*|usr\/share\/gocode)\//],
};
