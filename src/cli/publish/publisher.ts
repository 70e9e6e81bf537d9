import { ReslimError } from '../../base/errors.ts';
import type { FlagsOf } from '../../options/option.ts';
import type { MACHINE_OUTPUTS } from '../../options/output-options.ts';
import { findGitHubNotes, findGitLabNotes } from '../../publish/find-notes.ts';
import { notesOf, type NotesApi } from '../../publish/notes-api.ts';
import { putNote } from '../../publish/notes.ts';
import { parseWebUrl } from '../../publish/parse-web-url.ts';
import { pushMetrics, type MetricsGroup } from '../../publish/push-metrics.ts';
import { openWebClient, type WebClientOptions } from '../../publish/web-client.ts';
import { imageLabel } from '../../report/image-label.ts';
import { metricLines, type Gauge } from '../../report/metrics.ts';
import { ciService } from '../ci/ci-service.ts';

/** What is sent of a result. */
export interface Published {
  /** What the metrics replace at a gateway. */
  readonly group: MetricsGroup;
  readonly metrics: readonly Gauge[];
  /** Lines of Markdown, and the image that has this note of its own. */
  readonly note?: { readonly image: string; readonly lines: readonly string[] } | undefined;
}

/** What is sent of one image: its name without tag and digest is the group of its metrics, and the title of its note. */
export const publishedImage = ({
  name,
  job,
  metrics,
  note,
}: {
  readonly name: string;
  readonly job: 'reslim' | 'reslim_slim';
  readonly metrics: readonly Gauge[];
  readonly note: readonly string[];
}): Published => {
  const { image } = imageLabel(name);
  return { group: { job, labels: { image } }, metrics, note: { image, lines: note } };
};

/** Sends results to other servers, as flags ask for it. */
export interface Publisher {
  readonly publish: (result: Published) => Promise<void>;
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
    publish: async ({ group, metrics, note }) => {
      if (!gateway && !notes) return;
      const client = openWebClient(options);
      try {
        if (gateway && metrics.some(({ samples }) => samples.length > 0))
          await pushMetrics(client, gateway, {
            group,
            text: metricLines(metrics).join(''),
          });
        if (notes && note) await putNote(notesOf(client, notes), note.image, note.lines);
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
