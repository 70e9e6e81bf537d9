import { EXPORTER_OPTIONS } from '../../options/exporter-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const exporter: Command = defineCommand({
  name: 'exporter',
  summary: 'serve the sizes of images in registries to Prometheus',
  operands: [
    { name: 'CONFIG', help: 'what to watch (default: reslim-exporter.yaml)', optional: true },
  ],
  options: EXPORTER_OPTIONS,
  examples: [
    ['reslim exporter'],
    ['reslim exporter /etc/reslim-exporter.yaml --listen 127.0.0.1:9827'],
    ['reslim exporter --once', 'for a cron job, or to try a config'],
  ],
  footer: `It serves /metrics, /health and /ready; no layer is pulled: docs/exporter.md.
Exit status: 0 stopped, 1 failed, 2 wrong usage.`,
  load: async () => (await import('./exporter-action.ts')).runExporter,
});
