import type { ExporterOptions } from '../api/exporter.ts';

/**
 * Serves the sizes of images in registries as metrics for Prometheus, until the signal fires. Rejects with `usage` or
 * `io` where it cannot start; what fails later is logged and counted.
 */
export const exporter = async (options: ExporterOptions): Promise<void> => {
  const { serveMetrics } = await import('./serve-metrics.ts');
  return serveMetrics(options);
};

/** Looks at all repositories once. Resolves with the same metrics, and how many repositories or tags failed. */
export const scrape = async (
  options: ExporterOptions,
): Promise<{ readonly text: string; readonly errors: number }> => {
  const { scrapeOnce } = await import('./serve-metrics.ts');
  return scrapeOnce(options);
};
