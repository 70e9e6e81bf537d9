import { inflateRawSync } from 'node:zlib';
import { openRawInflates } from '../../src/codec/raw-inflate.ts';

const inflates = openRawInflates();

export interface Outcome {
  readonly bytes?: Buffer;
  /** Bytes of the input that were used. */
  readonly used?: number;
  readonly failure?: 'corrupt' | 'truncated';
}

/** Inflates raw deflate data by code of ours, `size` bytes of input at a time. */
export const inflate = (input: Buffer, size = 500_000): Outcome => {
  const raw = inflates.take();
  raw.start();
  const parts: Buffer[] = [];
  for (let sent = 0; ;) {
    const part = input.subarray(sent, sent + size);
    sent += part.length;
    raw.add(part, sent === input.length);
    let outcome = raw.step();
    for (; outcome === 'full'; outcome = raw.step()) {
      parts.push(Buffer.from(raw.output()));
      raw.clearOutput();
    }
    if (outcome === 'input') continue;
    if (outcome === 'end') parts.push(Buffer.from(raw.output()));
    const used = sent - raw.rest().length;
    inflates.release(raw);
    return outcome === 'end' ? { bytes: Buffer.concat(parts), used } : { failure: outcome };
  }
};

/** What zlib makes of it. */
export const inflateByZlib = (input: Buffer): Outcome => {
  try {
    const { buffer, engine } = inflateRawSync(input, { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return { bytes: buffer, used: engine.bytesWritten };
  } catch (error) {
    return {
      failure: (error as { code: string }).code === 'Z_BUF_ERROR' ? 'truncated' : 'corrupt',
    };
  }
};
