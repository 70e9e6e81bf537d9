import type { BytePath } from '../base/byte-path.ts';
import { ANY_DEPTH, compileGlob, type NamePattern, type Segment } from '../profiles/glob.ts';
import { NamePatterns } from './name-patterns.ts';

/*
 * All globs of a run are matched in one walk down the tree. The globs form a state machine: the state at
 * a folder is the set of positions in globs that something below it may still match. Globs with the same
 * beginning share positions, so that a folder has a handful of them however many globs there are. States
 * are few, since most folders have the same one, and are built when first met.
 */

/** What is known at one node: which globs match it, and how to go on to its children. */
export interface MatchState {
  /** Ids of the globs that match this very node, ascending. */
  readonly matched: readonly number[];
  child(name: string): MatchState;
}

/** Matches many globs at once. A glob's id is its position in the list. */
export const createMatcher = (globs: readonly string[]): MatchState => {
  const positions = new Positions();
  for (const [id, glob] of globs.entries())
    for (const segments of compiled(glob)) positions.add(segments, id);
  return stateFor({ names: positions.names, states: new Map() }, [positions.start], []);
};

/** Runs with many images compile the same globs for each of them, with most of the time that a tiny one takes. */
const compiled = (glob: string): readonly Segment[][] => {
  let segments = compiledGlobs.get(glob);
  if (!segments) {
    segments = compileGlob(glob);
    if (compiledGlobs.size >= MOST_COMPILED) compiledGlobs.clear();
    compiledGlobs.set(glob, segments);
  }
  return segments;
};

const compiledGlobs = new Map<string, readonly Segment[][]>();

/** The shipped profiles have 600. */
const MOST_COMPILED = 10_000;

/** The state at a path, for a single question. */
export const matchPath = (root: MatchState, path: BytePath): MatchState =>
  path === '' ? root : path.split('/').reduce((state, name) => state.child(name), root);

/** A position in globs, with what may come next. */
interface Position {
  readonly id: number;
  /** It comes right after a `**`: whatever the name, it counts in folders below, too. */
  readonly isDeep: boolean;
  readonly literal: Map<string, Position>;
  /** By their source. */
  readonly patterned: Map<string, readonly [pattern: NamePattern, next: Position]>;
  deep: Position | undefined;
  /** Globs that end here. */
  readonly ends: number[];
}

class Positions {
  /** All literal names in all globs: no other name needs to be looked up in each position. */
  readonly names = new Set<string>();
  #count = 0;
  readonly start = this.#make(false);

  add(segments: readonly Segment[], glob: number): void {
    let at = this.start;
    for (const segment of segments) at = this.#after(at, segment);
    at.ends.push(glob);
  }

  #after(at: Position, segment: Segment): Position {
    if (segment === ANY_DEPTH) return (at.deep ??= this.#make(true));
    const known =
      typeof segment === 'string' ? at.literal.get(segment) : at.patterned.get(segment.source)?.[1];
    if (known) return known;
    const next = this.#make(false);
    if (typeof segment === 'string') {
      this.names.add(segment);
      at.literal.set(segment, next);
    } else at.patterned.set(segment.source, [segment, next]);
    return next;
  }

  #make(isDeep: boolean): Position {
    return {
      id: this.#count++,
      isDeep,
      literal: new Map(),
      patterned: new Map(),
      deep: undefined,
      ends: [],
    };
  }
}

interface Machine {
  readonly names: ReadonlySet<string>;
  readonly states: Map<string, State>;
}

const stateFor = (
  machine: Machine,
  positions: readonly Position[],
  matched: readonly number[],
): State => {
  const open = ascending(positions.flatMap(openAt), ({ id }) => id);
  const key = `${open.map(({ id }) => id).join()};${matched.join()}`;
  let state = machine.states.get(key);
  if (!state) {
    state = new State(machine, open, matched);
    machine.states.set(key, state);
  }
  return state;
};

/** The position, and the one after `**`: it may match no folder at all, except that `x/**` does not match `x`. */
const openAt = (position: Position): Position[] => {
  const { literal, patterned, deep } = position;
  const here = literal.size > 0 || patterned.size > 0 || position.isDeep ? [position] : [];
  return deep ? [...here, deep] : here;
};

class State implements MatchState {
  readonly matched: readonly number[];
  readonly #machine: Machine;
  readonly #deep: readonly Position[];
  readonly #literal: readonly Position[];
  readonly #patterns = new NamePatterns<Position>();
  /** Next states by the positions that a name leads to, of which there are far fewer than names. */
  readonly #next = new Map<string, State>();
  /** The next state for names that lead to no position, as most do. */
  #other: State | undefined;

  constructor(machine: Machine, open: readonly Position[], matched: readonly number[]) {
    this.#machine = machine;
    this.#deep = open.filter(({ isDeep }) => isDeep);
    this.#literal = open.filter(({ literal }) => literal.size > 0);
    for (const { patterned } of open)
      for (const [pattern, next] of patterned.values()) this.#patterns.add(pattern, next);
    this.matched = matched;
  }

  child(name: string): State {
    const reached: Position[] = [];
    if (this.#machine.names.has(name)) {
      for (const { literal } of this.#literal) {
        const next = literal.get(name);
        if (next) reached.push(next);
      }
    }
    this.#patterns.find(name, reached);
    if (reached.length === 0) return (this.#other ??= this.#enter(reached));
    const key = reached.map(({ id }) => id).join();
    let next = this.#next.get(key);
    if (!next) {
      next = this.#enter(reached);
      this.#next.set(key, next);
    }
    return next;
  }

  #enter(reached: readonly Position[]): State {
    const positions = [...this.#deep, ...reached];
    const matched = positions.flatMap(({ ends }) => ends);
    return stateFor(
      this.#machine,
      positions,
      ascending(matched, (id) => id),
    );
  }
}

const ascending = <T>(items: Iterable<T>, numberOf: (item: T) => number): T[] =>
  [...new Set(items)].sort((a, b) => numberOf(a) - numberOf(b));
