import type { Ecosystem } from './ecosystem.ts';

export const go: Ecosystem = {
  name: 'go',
  buildInfoSections: ['.go.buildinfo'],
  tools: [
    {
      name: 'go',
      programs: Object.fromEntries(
        [
          'go',
          ...[
            'air',
            'reflex',
            'gow',
            'wgo',
            'CompileDaemon',
            'dlv',
            'gopls',
            'mage',
            'goreleaser',
            'ko',
          ],
          ...[
            'golangci-lint',
            'staticcheck',
            'govulncheck',
            'mockery',
            'gotestsum',
            'ginkgo',
            'wire',
          ],
          ...[
            'xcaddy',
            'tinygo',
            'gomobile',
            'gosec',
            'errcheck',
            'revive',
            'nilaway',
            'go-licenses',
          ],
        ].map((program) => [program, undefined]),
      ),
      // The first two ask "go list" for packages.
      frontEnds: [
        /golang\.org\/x\/tools\/go\/packages\b/,
        /go\/build\.\(\*Context\)\.importGo\b/,
        /github\.com\/(magefile\/mage|goreleaser\/goreleaser|google\/ko|ko-build\/ko|go-delve\/delve)\//,
        /github\.com\/(air-verse|cosmtrek)\/air\/|gotest\.tools\/gotestsum\//,
      ],
      calls: ['go', 'gcc', 'g++', 'git'],
      offline: [/^GOPROXY=off$/, /^GOFLAGS=.*-mod=/],
    },
  ],
  cacheVariables: ['GOCACHE', 'GOMODCACHE', 'GOPATH', 'GOTMPDIR', 'GOLANGCI_LINT_CACHE'],
  ignoredCallers: [/^\/(usr\/local\/go|go\/pkg|usr\/lib\/go[^/]*|usr\/share\/gocode)\//],
};
