import { TREND_OPTIONS } from '../../options/trend-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const trend: Command = defineCommand({
  name: 'trend',
  summary: 'show how the images of a repository grew from tag to tag',
  operands: [{ name: 'REPOSITORY', help: 'in a registry: ghcr.io/owner/app' }],
  options: TREND_OPTIONS,
  examples: [
    ['reslim trend ghcr.io/owner/app'],
    ["reslim trend app --tags '^2' --newest 50", 'on Docker Hub'],
    ['reslim trend ghcr.io/owner/app --exit-code', 'fail after a growth of 10 %'],
  ],
  footer: `Only manifests and configs are read: see docs/trend.md.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 grown, with --exit-code.`,
  load: async () => (await import('./trend-action.ts')).runTrend,
});
