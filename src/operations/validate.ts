import { DEFAULT_LIMITS, type Limits } from '../base/limits.ts';
import type { EventListener } from '../api/events.ts';
import { parsePlatform } from '../oci/platform.ts';
import { openScope } from '../base/scope.ts';
import type { NetworkOptions } from '../api/options.ts';
import type { NamedDigest } from '../api/results.ts';
import { networkFor } from '../transport/network.ts';
import { openSource } from '../transport/open-source.ts';
import { resolveSource } from '../transport/resolve.ts';
import { openTemp } from '../transport/temp.ts';
import type { Finding } from '../validate/finding.ts';

export interface ValidateOptions {
  readonly source: string;
  /** `os/arch[/variant]` of the one image of an index to check. @default all of them */
  readonly platform?: string | undefined;
  /** @default DEFAULT_LIMITS */
  readonly limits?: Partial<Limits> | undefined;
  readonly network?: NetworkOptions | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ValidateResult extends NamedDigest {
  /** Images that were checked to the last byte. */
  readonly images: number;
  /** Stored bytes read. */
  readonly bytes: number;
  /** In the order they were made. */
  readonly findings: readonly Finding[];
  /** No finding is an error. */
  readonly valid: boolean;
}

/** Findings beyond are the same again; an image can make millions of them. */
const MAX_FINDINGS = 1000;

/**
 * Derives again whatever an image says of itself: digests, sizes, diffIds, media types, history, the
 * rules of tar and of layers. Findings are collected; it rejects only when the image cannot be found
 * or read at all.
 */
export const validate = async (options: ValidateOptions): Promise<ValidateResult> => {
  const { signal, onEvent } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  const scope = openScope();
  try {
    onEvent?.({ type: 'stage', stage: 'open' });
    const from = await resolveSource(options.source, networkFor(options.network, { signal }));
    const network = networkFor(options.network, { places: [from], onEvent, signal });
    const temp = scope.add(await openTemp());
    const open = { limits, temp, signal, network, asked: options.source };
    const source = scope.add(await openSource(from, open));
    onEvent?.({ type: 'stage', stage: 'read' });
    const findings: Finding[] = [];
    let bytes = 0;
    let valid = true;
    const { checkTree } = await import('../validate/check-tree.ts');
    const { images } = await checkTree(source.root, {
      source,
      limits,
      platform,
      signal,
      onFinding: (finding) => {
        if (finding.severity === 'error') valid = false;
        if (findings.length < MAX_FINDINGS) findings.push(finding);
      },
      onBytes: (count) => {
        bytes += count;
        onEvent?.({ type: 'progress', stage: 'read', done: bytes, total: 0 });
      },
    });
    return { name: source.name, digest: source.root.digest, images, bytes, findings, valid };
  } finally {
    await scope.close();
  }
};
