import { inflateRawSync } from 'node:zlib';
import { returnRawInflate, takeRawInflate } from '../../src/codec/inflate.ts';

export interface Outcome {
  readonly bytes?: Buffer;
  /** Bytes of the input that were used. */
  readonly used?: number;
  readonly failure?: 'corrupt' | 'torn';
}

/** Inflates raw deflate data by code of ours, `size` bytes of input at a time. */
export const inflate = (input: Buffer, size = 500_000): Outcome => {
  const raw = takeRawInflate();
  raw.start();
  const parts: Buffer[] = [];
  for (let sent = 0; ;) {
    const part = input.subarray(sent, sent + size);
    sent += part.length;
    raw.add(part, sent === input.length);
    let wish = raw.step();
    for (; wish === 'room'; wish = raw.step()) {
      parts.push(Buffer.from(raw.output()));
      raw.taken();
    }
    if (wish === 'input') continue;
    if (wish === 'end') parts.push(Buffer.from(raw.output()));
    const used = sent - raw.rest().length;
    returnRawInflate(raw);
    return wish === 'end' ? { bytes: Buffer.concat(parts), used } : { failure: wish };
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
    return { failure: (error as { code: string }).code === 'Z_BUF_ERROR' ? 'torn' : 'corrupt' };
  }
};
