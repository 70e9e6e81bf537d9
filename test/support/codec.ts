import { afterAll } from 'vitest';
import { openCodec } from '../../src/codec/codec.ts';

/** The codec of a test file; it is closed after the last test. */
export const codec = openCodec();

afterAll(() => codec.close());
