import { exporter, scrape, type ExporterOptions } from '../../index.ts';
import { EXPORTER_OPTIONS, type ExporterFlags } from '../../options/exporter-options.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { openLog } from '../display/log.ts';
import { writeLines } from '../display/output.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { readExporterConfig } from '../settings/read-exporter-config.ts';

const DEFAULT_CONFIG = 'reslim-exporter.yaml';

/** `reslim exporter`: serves metrics until it is told to stop, which is no failure. */
export const runExporter = async ({
  operands: { config = DEFAULT_CONFIG },
  flags,
  signal,
}: Call<{ readonly config: string | undefined }, ExporterFlags>): Promise<number> => {
  const onLog = await openLog(flags);
  const options: ExporterOptions = {
    ...(await readExporterConfig(config)),
    ...libraryOptions<ExporterOptions>(EXPORTER_OPTIONS, flags),
    signal,
    onLog,
    onEvent: (event) => {
      if (event.type === 'note') onLog({ level: 'warn', message: event.message, fields: {} });
    },
  };
  if (!flags.once) {
    await exporter(options);
    return EXIT.done;
  }
  const { text, errors } = await scrape(options);
  await writeLines(process.stdout, [text]);
  return errors > 0 ? EXIT.failed : EXIT.done;
};
