import { z } from 'zod';
import type { ExporterOptions, WatchedRepository } from '../../api/exporter.ts';
import { listOf, strictObject, text } from '../../profiles/schema-parts.ts';

/** Longest wait between two looks, in seconds: a day. Timers of Node end at 25 days. */
const MAX_INTERVAL = 86_400;

const UNIT_SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** Seconds, or `30s`, `5m`, `1h` as Prometheus writes them. */
const duration = z
  .union([
    z.string().regex(/^[1-9]\d{0,4}[smh]$/, { error: 'write a number with s, m or h, such as 5m' }),
    z.int().min(1),
  ])
  .refine((value) => secondsOf(value) <= MAX_INTERVAL, { error: 'longer than a day' });

export const secondsOf = (value: string | number): number =>
  typeof value === 'number'
    ? value
    : Number.parseInt(value, 10) * UNIT_SECONDS[value.at(-1) as keyof typeof UNIT_SECONDS];

/** Labels that reslim sets itself, and one that Prometheus keeps for histograms. */
const OWN = new Set(['registry', 'repository', 'tag', 'platform', 'digest', 'le', 'quantile']);

const MAX_LABELS = 20;

/** @see https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
const labels = z
  .record(
    z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, {
      error: 'a label is letters, digits and "_", and begins with a letter',
    }),
    z.string().max(200),
  )
  .refine((map) => Object.keys(map).every((name) => !OWN.has(name)), {
    error: `reslim sets ${[...OWN].join(', ')} itself`,
  })
  .refine((map) => Object.keys(map).length <= MAX_LABELS, {
    error: `more than ${MAX_LABELS} labels`,
  });

const tag = z
  .string()
  .regex(/^\w[\w.-]{0,127}$/, { error: 'not a tag; globs and ranges go to match' });

const repository = strictObject({
  name: text.meta({ description: 'a repository in a registry: ghcr.io/owner/app' }),
  tags: listOf(tag).meta({ description: 'tags by name', default: 'latest' }).optional(),
  match: listOf(text)
    .meta({ description: 'ranges of versions and globs: ^1.2, *-alpine, !*-rc*' })
    .optional(),
  newest: z
    .int()
    .min(1)
    .max(1000)
    .meta({ description: 'how many tags that match, the newest versions', default: 10 })
    .optional(),
  platform: text.meta({ description: 'os/arch, such as linux/amd64; all if absent' }).optional(),
  labels: labels.meta({ description: 'such as environment: production' }).optional(),
});

/** The configuration of the exporter as it is spelled. */
export interface ExporterText extends Omit<ExporterOptions, 'interval' | 'repositories'> {
  readonly interval?: string | number | undefined;
  readonly repositories: readonly (Omit<WatchedRepository, 'tags' | 'match'> & {
    readonly tags?: string | readonly string[] | undefined;
    readonly match?: string | readonly string[] | undefined;
  })[];
}

export const exporterSchema: z.ZodType<ExporterText> = strictObject({
  listen: text
    .meta({ description: 'HOST:PORT, or :PORT for all addresses', default: ':9827' })
    .optional(),
  interval: duration
    .meta({ description: 'time between two looks at a repository', default: '5m' })
    .optional(),
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .meta({ description: 'tags asked for at once, in all registries together', default: 4 })
    .optional(),
  labels: labels.meta({ description: 'of all images' }).optional(),
  repositories: z
    .array(repository)
    .min(1, { error: 'the list is empty' })
    .max(1000, { error: 'more than 1000 repositories' }),
});
