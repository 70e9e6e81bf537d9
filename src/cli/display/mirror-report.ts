import { VERSION } from '../../base/version.ts';
import type { MirrorFlags } from '../../options/mirror-options.ts';
import type { WebClientOptions } from '../../publish/web-client.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { formatMirror } from '../../report/mirror/format-mirror.ts';
import { mirrorAnnotations, mirrorOutputs } from '../../report/mirror/github.ts';
import { mirrorMarkdown } from '../../report/mirror/markdown.ts';
import { mirrorDocument } from '../../report/mirror/mirror-document.ts';
import { mirrorMetrics, type NamedRun } from '../../report/mirror/metrics.ts';
import { summarizeMirror } from '../../report/mirror/summary.ts';
import { ciService } from '../ci/ci-service.ts';
import { tellCi } from '../ci/tell-ci.ts';
import { openPublisher } from '../publish/publisher.ts';
import { MIRROR_FILES } from './mirror-files.ts';
import { columnsOf, writeLines } from './output.ts';
import { checkPipes } from './pipes.ts';
import { resultFiles } from './result-files.ts';
import { showText } from './show-text.ts';

/** Tells what runs of `mirror` did: in files, to the CI service, on stdout and to a gateway, as flags ask for it. */
export interface MirrorReport {
  readonly tell: (run: NamedRun) => Promise<void>;
}

/** Fails before a run where a file could not be written, two results would mix, or an address is none. */
export const openMirrorReport = async (
  flags: MirrorFlags,
  { source, ...options }: WebClientOptions & { readonly source: string },
): Promise<MirrorReport> => {
  const files = resultFiles(MIRROR_FILES, flags);
  checkPipes({ source, onStdout: [...(flags.json ? ['--json'] : []), ...files.onStdout] });
  await files.check();
  const { publish } = await openPublisher(flags, options);
  const stream = files.onStdout.length > 0 ? process.stderr : process.stdout;
  return {
    tell: async (run) => {
      const { name, result } = run;
      await files.write(run);
      await tellCi(ciService(flags.ci), {
        annotations: mirrorAnnotations(result),
        summary: mirrorMarkdown(result, name),
        outputs: mirrorOutputs(result),
      });
      if (flags.json) await writeLines(process.stdout, jsonLines(mirrorDocument(result, VERSION)));
      else if (!flags.quiet || result.interrupted || summarizeMirror(result).failures > 0)
        await showText(stream, (palette) =>
          formatMirror(result, { palette, width: columnsOf(stream), verbose: flags.verbose }),
        );
      await publish({
        group: { job: 'reslim_mirror', labels: { mirror: name } },
        metrics: mirrorMetrics(run),
      });
    },
  };
};
