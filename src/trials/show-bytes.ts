import { createHash } from 'node:crypto';

/** Text as it is; of anything else its length and its digest. */
export const showBytes = (bytes: Buffer): string => {
  try {
    return UTF8.decode(bytes);
  } catch {
    return `${bytes.length} bytes, sha256:${createHash('sha256').update(bytes).digest('hex')}\n`;
  }
};

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a program did, as text. */
export const showOutcome = (outcome: {
  readonly end: string;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}): string => {
  const { end, stdout, stderr } = outcome;
  const errors = showBytes(stderr);
  return [end, showBytes(stdout), ...(errors === '' ? [] : [`stderr:\n${errors}`])].join('\n');
};
