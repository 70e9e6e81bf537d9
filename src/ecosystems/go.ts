import type { Ecosystem } from './ecosystem.ts';

export const go: Ecosystem = {
  name: 'go',
  buildInfoSections: ['.go.buildinfo'],
  ignoredCallers: [/^\/(usr\/local\/go|go\/pkg|usr\/lib\/go[^/]*|usr\/share\/gocode)\//],
};
