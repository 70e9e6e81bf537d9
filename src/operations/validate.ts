import type { Finding } from '../api/finding.ts';
import type { ValidateOptions } from '../api/options.ts';
import type { ValidateResult } from '../api/results.ts';
import { checkTree } from '../validate/check-tree.ts';
import { withSession } from './session.ts';

/** More findings are counted but not kept: a broken image can have millions. */
const MAX_FINDINGS = 1000;

/**
 * Checks everything an image says of itself: digests, sizes, diffIds, media types, history, the rules of
 * tar and of layers. What is wrong becomes a finding; it rejects only when the image cannot be found or
 * read at all.
 */
export const validate = (options: ValidateOptions): Promise<ValidateResult> =>
  withSession(options, async (session) => {
    const { codec, limits, platform, signal, onEvent } = session;
    const { sources } = await session.open({ sources: [options.source] });
    const [source] = sources;
    onEvent({ type: 'stage', stage: 'read' });
    const findings: Finding[] = [];
    let bytes = 0;
    let valid = true;
    const { images } = await checkTree(source.root, {
      source,
      codec,
      limits,
      platform,
      signal,
      onFinding: (finding) => {
        if (finding.severity === 'error') valid = false;
        if (findings.length < MAX_FINDINGS) findings.push(finding);
      },
      onBytes: (count) => {
        bytes += count;
        onEvent({ type: 'progress', stage: 'read', done: bytes, total: 0 });
      },
    });
    return { name: source.name, digest: source.root.digest, images, bytes, findings, valid };
  });
