import { mirrorStatus } from '../../index.ts';
import type { MirrorStatusFlags } from '../../options/queue-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { formatQueueStatus } from '../../report/mirror/format-queue-status.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { writeLines } from '../display/output.ts';
import { showText } from '../display/show-text.ts';
import { neededQueueUrl } from '../settings/queue-url.ts';

/** `reslim mirror status`: the status is 1 if images have failed. */
export const showStatus = async ({
  flags,
  signal,
}: Call<object, MirrorStatusFlags>): Promise<number> => {
  const status = await mirrorStatus({ queue: neededQueueUrl(flags.queue, process.env), signal });
  if (flags.json) await writeLines(process.stdout, jsonLines(status));
  else await showText(process.stdout, (palette) => formatQueueStatus(status, palette));
  return status.images.failed > 0 ? EXIT.failed : EXIT.done;
};
