import type { MirrorOutcome, MirrorResult } from '../../../src/api/mirror.ts';
import { mirrorPage } from '../../../src/report/page/mirror-page.ts';
import { done, failed, job, outcome, SAMPLE } from '../../report/mirror/support/sample-mirror.ts';
import { htmlOf } from './sample-page.ts';

/** The page of a run, with something of everything unless another one is given. */
export const mirrorHtml = (result: MirrorResult = SAMPLE, name: string = 'mirror'): string =>
  htmlOf(mirrorPage(result, name, '0.1.0'));

/** Images of 40 entries, as a large mirror has them: most are there already. */
export const manyImages = (count: number): MirrorOutcome[] =>
  Array.from({ length: count }, (_, at) => {
    const tag = `1.${at % 50}.${at}`;
    const repository = `team-${at % 40}/service-${at % 200}`;
    const parts = {
      job: job(tag, {
        entry: `team ${at % 40}`,
        source: `docker://source.example/${repository}:${tag}`,
        target: `docker://registry.example/mirror/${repository}:${tag}`,
      }),
    };
    if (at % 500 === 7) return failed(tag, parts);
    if (at % 10 === 0)
      return done(tag, { ...parts, sourceSize: 50_000_000 + at, targetSize: 20_000_000 });
    return outcome(tag, 'unchanged', parts);
  });
