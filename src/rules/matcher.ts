import type { BytePath } from '../byte-path.ts';
import { ANY_DEPTH, compileGlob, type Segment } from './glob.ts';

/*
 * All globs of a run are matched in one walk down the tree. The globs form a state machine whose state
 * at a folder is the set of glob positions still alive there. States are few (most folders are in the
 * same one) and built when first met, so a node costs one map look-up and the handful of patterns alive
 * in its folder, however many globs there are.
 */

/** What is known at one node: which globs match it, and how to go on to its children. */
export interface MatchState {
  /** Ids of the globs that match this very node, ascending. */
  readonly matched: readonly number[];
  child(name: string): MatchState;
}

/** Matches many globs at once. A glob's id is its position in the list. */
export const createMatcher = (globs: readonly string[]): MatchState => {
  const machine: Machine = { segments: [], owners: [], states: new Map() };
  const starts: number[] = [];
  for (const [id, glob] of globs.entries()) {
    for (const segments of compileGlob(glob)) {
      starts.push(machine.segments.length);
      machine.segments.push(...segments, END);
      for (let left = segments.length; left >= 0; left--) machine.owners.push(id);
    }
  }
  return stateFor(machine, starts, []);
};

/** Follows a path from the root; handy for a single question. */
export const matchPath = (root: MatchState, path: BytePath): MatchState =>
  path === '' ? root : path.split('/').reduce((state, name) => state.child(name), root);

const END: unique symbol = Symbol('end of a glob');

/** All globs laid end to end; a position is an index into `segments`. */
interface Machine {
  readonly segments: (Segment | typeof END)[];
  /** The glob id of each position. */
  readonly owners: number[];
  readonly states: Map<string, State>;
}

const stateFor = (
  machine: Machine,
  positions: readonly number[],
  matched: readonly number[],
): State => {
  const key = `${positions.join()};${matched.join()}`;
  let state = machine.states.get(key);
  if (!state) {
    state = new State(machine, positions, matched);
    machine.states.set(key, state);
  }
  return state;
};

class State implements MatchState {
  readonly matched: readonly number[];
  readonly #machine: Machine;
  /** Positions after a literal segment, by the name it asks for. */
  readonly #literal = new Map<string, number[]>();
  /** Patterns and the positions after them. */
  readonly #wild: (readonly [pattern: RegExp, after: number])[] = [];
  /** Positions of a `**`: alive whatever the name. */
  readonly #deep: number[] = [];
  /** Next states by the positions a name reaches; names are many, what they reach is not. */
  readonly #next = new Map<string, State>();

  constructor(machine: Machine, positions: readonly number[], matched: readonly number[]) {
    this.#machine = machine;
    this.matched = matched;
    for (const position of positions) this.#sort(position);
  }

  #sort(position: number): void {
    const segment = this.#machine.segments[position];
    if (segment === ANY_DEPTH) {
      this.#deep.push(position);
      // `**` may stand for no folder at all, except at the end: `x/**` is not `x`.
      if (this.#machine.segments[position + 1] !== END) this.#sort(position + 1);
    } else if (typeof segment === 'string') {
      const list = this.#literal.get(segment);
      if (list) list.push(position + 1);
      else this.#literal.set(segment, [position + 1]);
    } else if (segment instanceof RegExp) this.#wild.push([segment, position + 1]);
  }

  child(name: string): State {
    const reached = this.#literal.get(name)?.slice() ?? [];
    for (const [pattern, after] of this.#wild) if (pattern.test(name)) reached.push(after);
    const key = reached.join();
    let next = this.#next.get(key);
    if (!next) {
      next = this.#enter(reached);
      this.#next.set(key, next);
    }
    return next;
  }

  #enter(reached: readonly number[]): State {
    const { segments, owners } = this.#machine;
    const ended = [
      ...reached.filter((position) => segments[position] === END),
      ...this.#deep.filter((position) => segments[position + 1] === END),
    ];
    const alive = new Set([
      ...this.#deep,
      ...reached.filter((position) => segments[position] !== END),
    ]);
    const matched = new Set(ended.map((position) => owners[position] as number));
    return stateFor(this.#machine, ascending(alive), ascending(matched));
  }
}

const ascending = (numbers: Iterable<number>): number[] =>
  [...new Set(numbers)].sort((a, b) => a - b);
