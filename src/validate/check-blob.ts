import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { CheckOptions } from './check-options.ts';
import { findingOf } from './finding.ts';
import { openTally } from './tally.ts';

/** Checks size and digest of a blob whose content is not read. */
export const checkBlob = async (
  descriptor: Descriptor,
  what: string,
  { source, onFinding, onBytes, signal }: CheckOptions,
): Promise<void> => {
  const where = `${what}, ${shortDigest(descriptor.digest)}`;
  try {
    const tally = openTally(source.open(descriptor, { signal }), descriptor);
    for await (const chunk of tally.content) onBytes(chunk.length);
    for (const [code, message] of await tally.finish())
      onFinding({ severity: 'error', code, where, message });
  } catch (error) {
    onFinding(findingOf(error, 'missing', where));
  }
};
