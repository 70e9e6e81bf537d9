import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';
import { VERSION } from '../base/version.ts';

/** The text that Prometheus reads, made anew from what is known each time. */
export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/** Metrics of one process, and what adds some to them. */
export interface MetricsRegistry extends Metrics {
  readonly counter: (configuration: CounterConfiguration<string>) => Counter;
  readonly gauge: (configuration: GaugeConfiguration<string>) => Gauge;
  readonly histogram: (configuration: HistogramConfiguration<string>) => Histogram;
}

/**
 * Opens a registry that has `PREFIX_build_info` with the version.
 * @see https://prometheus.io/docs/practices/naming/
 */
export const openMetricsRegistry = (prefix: string): MetricsRegistry => {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (configuration: GaugeConfiguration<string>): Gauge =>
    new Gauge({ ...configuration, registers });
  gauge({
    name: `${prefix}_build_info`,
    help: 'The version of reslim.',
    labelNames: ['version'],
  }).set({ version: VERSION }, 1);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter: (configuration) => new Counter({ ...configuration, registers }),
    gauge,
    histogram: (configuration) => new Histogram({ ...configuration, registers }),
  };
};
