/**
 * What is in a folder, by name. As long as names are added in their order, as most builders list them, it is no more than a
 * list: what is in a large folder is often never looked up. With the first name that is, it becomes a map.
 */
export class Children<Node extends { readonly name: string }> implements Iterable<
  readonly [name: string, node: Node]
> {
  #held: Node[] | Map<string, Node> = [];
  /** The last name of a list. */
  #last = '';

  get size(): number {
    return Array.isArray(this.#held) ? this.#held.length : this.#held.size;
  }

  get(name: string): Node | undefined {
    return this.#isBehind(name) ? undefined : this.#map().get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Adds a node. There must be none of its name. */
  add(name: string, node: Node): void {
    if (!this.#isBehind(name)) this.#map().set(name, node);
    else {
      (this.#held as Node[]).push(node);
      this.#last = name;
    }
  }

  delete(name: string): void {
    if (!this.#isBehind(name)) this.#map().delete(name);
  }

  /** Puts all nodes into the byte order of their names. */
  sort(): void {
    if (Array.isArray(this.#held)) {
      // A list that grows has room for more.
      this.#held = this.#held.slice();
      return;
    }
    const sorted = [...this.#held];
    if (!isSorted([...this.#held.keys()])) sorted.sort(([one], [other]) => (one < other ? -1 : 1));
    this.#held = sorted.map(([, node]) => node);
    this.#last = sorted.at(-1)?.[0] ?? '';
  }

  values(): IterableIterator<Node> {
    return this.#held.values();
  }

  *keys(): Generator<string> {
    for (const { name } of this.values()) yield name;
  }

  *[Symbol.iterator](): Generator<readonly [name: string, node: Node]> {
    for (const node of this.values()) yield [node.name, node];
  }

  /** Whether a name comes after all names of a list: it is none of them then. */
  #isBehind(name: string): boolean {
    return Array.isArray(this.#held) && (this.#held.length === 0 || name > this.#last);
  }

  #map(): Map<string, Node> {
    if (Array.isArray(this.#held))
      this.#held = new Map(this.#held.map((node) => [node.name, node] as const));
    return this.#held;
  }
}

const isSorted = (names: readonly string[]): boolean =>
  names.every((name, at) => at === 0 || (names[at - 1] as string) < name);
