import type { ExporterOptions } from '../../api/exporter.ts';
import { readTextFile } from '../../yaml/text-file.ts';
import { readYaml } from '../../yaml/yaml-document.ts';
import { exporterSchema, secondsOf } from './exporter-schema.ts';

/** Reads the configuration of the exporter. Throws `usage` with line and column. */
export const readExporterConfig = async (
  path: string,
): Promise<Omit<ExporterOptions, 'onLog' | 'network'>> => {
  const { value } = readYaml(await readTextFile(path), path, exporterSchema);
  const { interval, repositories, ...rest } = value;
  return {
    ...rest,
    ...(interval !== undefined && { interval: secondsOf(interval) * 1000 }),
    repositories: repositories.map(({ tags, match, ...repository }) => ({
      ...repository,
      ...(tags !== undefined && { tags: listOf(tags) }),
      ...(match !== undefined && { match: listOf(match) }),
    })),
  };
};

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;
