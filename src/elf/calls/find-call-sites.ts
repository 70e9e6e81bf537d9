import type { Code } from './code.ts';
import type { ImportedFunctions } from './imported-functions.ts';

/** A call of an imported function: a position in the code. */
export interface CallSite {
  readonly name: string;
  readonly at: number;
}

export interface CallSites {
  readonly sites: readonly CallSite[];
  /** Functions whose address the code takes, so that it may call them from anywhere. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Finds the calls of imported functions: `call [slot]`, and calls of the stubs that a linker makes, which are
 * `jmp [slot]`. Every position is tried, since it is not told where an instruction begins: what looks like a use by chance
 * makes a call more, or a function one whose address is taken.
 */
export const findCallSites = (
  { bytes, address }: Code,
  { slots, inData }: ImportedFunctions,
): CallSites => {
  const sites: CallSite[] = [];
  const taken = new Set(inData);
  const stubs = new Map<number, CallSite>();
  for (const [at, target] of relativeTargets(bytes, address, slots)) {
    const name = slots.get(target) as string;
    const [before, last] = [bytes[at - 2], bytes[at - 1]];
    if (before === 0xff && last === CALL_SLOT) sites.push({ name, at: at - 2 });
    else if (before === 0xff && last === JUMP_SLOT) {
      const start = at - 2 - (bytes[at - 3] === BOUNDS_PREFIX ? 1 : 0);
      const stub = { name, at: start };
      stubs.set(address + start, stub);
      if (start >= 4 && bytes.readUInt32LE(start - 4) === ENDBR64)
        stubs.set(address + start - 4, stub);
    } else if (isOperand(bytes, at)) taken.add(name);
  }
  const called = new Set<CallSite>();
  for (const [at, target] of relativeTargets(bytes, address, stubs)) {
    const stub = stubs.get(target) as CallSite;
    called.add(stub);
    if (bytes[at - 1] === CALL || bytes[at - 1] === JUMP)
      sites.push({ name: stub.name, at: at - 1 });
    else if (isOperand(bytes, at) || isCondition(bytes, at)) taken.add(stub.name);
  }
  // A stub that nobody calls is a call by itself: the last one of a function.
  for (const stub of new Set(stubs.values())) if (!called.has(stub)) sites.push(stub);
  return { sites, taken };
};

/** Whether a number belongs to an operand that is relative to the instruction: `mov rax, [slot]`, `lea rax, [stub]`. */
const isOperand = (bytes: Buffer, at: number): boolean => ((bytes[at - 1] ?? 0) & 0xc7) === 0x05;

/** Whether it is where a jump leads that has a condition. */
const isCondition = (bytes: Buffer, at: number): boolean =>
  bytes[at - 2] === 0x0f && (bytes[at - 1] as number) >> 4 === 8;

const CALL = 0xe8;
const JUMP = 0xe9;
const CALL_SLOT = 0x15;
const JUMP_SLOT = 0x25;
const BOUNDS_PREFIX = 0xf2;
const ENDBR64 = 0xfa1e0ff3;

/** Positions of numbers that lead, from behind them, to one of some addresses. */
const relativeTargets = (
  bytes: Buffer,
  address: number,
  targets: ReadonlyMap<number, unknown>,
): (readonly [at: number, target: number])[] => {
  const found: (readonly [number, number])[] = [];
  if (targets.size === 0) return found;
  const first = Math.min(...targets.keys());
  const last = Math.max(...targets.keys());
  for (let at = 0; at + 4 <= bytes.length; at++) {
    const target = address + at + 4 + bytes.readInt32LE(at);
    if (target >= first && target <= last && targets.has(target)) found.push([at, target]);
  }
  return found;
};
