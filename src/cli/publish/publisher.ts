import type { CheckResult } from '../../api/check.ts';
import { ReslimError } from '../../base/errors.ts';
import type { FlagsOf } from '../../options/option.ts';
import type { MACHINE_OUTPUTS } from '../../options/output-options.ts';
import { findGitHubNotes, findGitLabNotes } from '../../publish/find-notes.ts';
import { notesOf, type NotesApi } from '../../publish/notes-api.ts';
import { putNote } from '../../publish/notes.ts';
import { parseWebUrl } from '../../publish/parse-web-url.ts';
import { pushMetrics } from '../../publish/push-metrics.ts';
import { openWebClient, type WebClientOptions } from '../../publish/web-client.ts';
import { checkMarkdown } from '../../report/check/markdown.ts';
import { checkMetrics } from '../../report/check/metrics.ts';
import { imageLabel } from '../../report/image-label.ts';
import { metricLines } from '../../report/metrics.ts';
import { ciService } from '../ci/ci-service.ts';

/** Sends results to other servers, as flags ask for it. */
export interface Publisher {
  readonly publish: (result: CheckResult) => Promise<void>;
}

/** Fails with `usage` where an address, a token or a CI service is missing: before an image is read. */
export const openPublisher = async (
  {
    pushGateway,
    comment,
    ci,
  }: Pick<FlagsOf<typeof MACHINE_OUTPUTS>, 'pushGateway' | 'comment' | 'ci'>,
  options: WebClientOptions,
): Promise<Publisher> => {
  const gateway =
    pushGateway === undefined ? undefined : parseWebUrl('--push-gateway', pushGateway);
  const notes = comment ? await findNotes(ci) : undefined;
  return {
    publish: async (result) => {
      if (!gateway && !notes) return;
      const client = openWebClient(options);
      const { image } = imageLabel(result.name);
      try {
        if (gateway)
          await pushMetrics(client, gateway, {
            group: { job: 'reslim', labels: { image } },
            text: metricLines(checkMetrics(result)).join(''),
          });
        if (notes) await putNote(notesOf(client, notes), image, checkMarkdown(result));
      } finally {
        await client.close();
      }
    },
  };
};

const findNotes = async (
  ci: FlagsOf<typeof MACHINE_OUTPUTS>['ci'],
): Promise<NotesApi | undefined> => {
  const service = ciService(ci);
  if (service === undefined)
    throw new ReslimError('usage', '--comment: this is no job of GitHub Actions or GitLab', {
      hint: 'leave it out here, or name the service with --ci',
    });
  const found =
    service === 'github' ? await findGitHubNotes(process.env) : findGitLabNotes(process.env);
  if (!found) process.stderr.write('note: --comment: this job is for no pull or merge request\n');
  return found;
};
