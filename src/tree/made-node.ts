import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import { nameOf } from '../layer/packed-entries.ts';
import { Children } from './children.ts';
import type { Node } from './node.ts';

export class FolderNode implements Node {
  readonly name: BytePath;
  readonly parent: Node | undefined;
  readonly layer: number;
  entry: Entry | undefined;
  via: Entry | undefined;
  older: Entry[] | undefined;
  readonly children: Children<Node>;

  constructor(name: BytePath, parent: Node | undefined, layer: number) {
    this.name = name;
    this.parent = parent;
    this.layer = layer;
    this.entry = undefined;
    this.via = undefined;
    this.older = undefined;
    this.children = new Children();
  }

  /** A newer entry for the folder: its metadata counts, older ones are remembered for their layers. */
  restate(entry: Entry): void {
    if (this.entry) (this.older ??= []).push(this.entry);
    this.entry = entry;
    this.via = entry;
  }
}

/** A name of a file. Images have millions of them: it holds only what its entry does not tell. */
export class FileNode implements Node {
  readonly parent: Node;
  /** The entry of the name, with that of the file where this is another one. */
  #entries: Entry | Linked;

  constructor(parent: Node, via: Entry, entry: Entry = via) {
    this.parent = parent;
    this.#entries = via === entry ? via : new Linked(via, entry);
  }

  get name(): BytePath {
    return nameOf(this.via);
  }

  get layer(): number {
    return this.via.layer;
  }

  get via(): Entry {
    return this.#entries instanceof Linked ? this.#entries.via : this.#entries;
  }

  get entry(): Entry {
    return this.#entries instanceof Linked ? this.#entries.entry : this.#entries;
  }

  /** Makes it a name of another file. */
  set entry(entry: Entry) {
    this.#entries = new Linked(this.via, entry);
  }

  get older(): undefined {
    return undefined;
  }

  get children(): undefined {
    return undefined;
  }
}

class Linked {
  readonly via: Entry;
  readonly entry: Entry;

  constructor(via: Entry, entry: Entry) {
    this.via = via;
    this.entry = entry;
  }
}
