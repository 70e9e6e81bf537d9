import { printable } from './printable.ts';

/** One gauge, with its values. */
export interface Gauge {
  /** By the conventions of Prometheus: with the base unit as its end. */
  readonly name: string;
  readonly help: string;
  /** The end of the name. */
  readonly unit?: 'bytes' | 'ratio' | 'seconds' | undefined;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** Values may come from an image. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Gauges as text, one family after the other. It is Prometheus' text format and OpenMetrics at once: the former takes
 * units and the end for comments. Families without samples are left out.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 */
export const metricLines = (gauges: readonly Gauge[]): string[] =>
  [
    ...gauges
      .filter(({ samples }) => samples.length > 0)
      .flatMap(({ name, help, unit, samples }) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        ...(unit ? [`# UNIT ${name} ${unit}`] : []),
        ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
      ]),
    '# EOF',
  ].map((line) => `${line}\n`);

const labelText = (labels: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${printable(value).replace(/[\\"]/g, String.raw`\$&`)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join()}}`;
};
