/** The working folders of processes, as far as a recording tells. Processes are named by their numbers as text. */
export interface ProcessFolders {
  /** A process did something. */
  readonly see: (process: string) => void;
  readonly of: (process: string) => string | undefined;
  /** `undefined`: it went somewhere unknown. */
  readonly set: (process: string, folder: string | undefined) => void;
  /** A process began to make another, whose first lines may come before the answer. */
  readonly beginFork: (process: string) => void;
  /** It made it; with `shares` both have one folder from now on. */
  readonly fork: (process: string, child: string, shares: boolean) => void;
  readonly end: (process: string) => void;
}

interface Holder {
  folder: string | undefined;
}

export const processFolders = (): ProcessFolders => {
  const holders = new Map<string, Holder>();
  const forking = new Set<string>();
  const holderOf = (process: string): Holder => {
    const known = holders.get(process);
    if (known) return known;
    const made = { folder: guess() };
    if (holders.size < MAX_PROCESSES) holders.set(process, made);
    return made;
  };
  /** Of a process that nobody has answered for yet: that of the only one that is making another, or of the only one there was. */
  const guess = (): string | undefined => {
    const [parent] = forking.size > 0 ? forking : holders.keys();
    const isOnly = forking.size === 1 || (forking.size === 0 && holders.size === 1);
    return isOnly && parent !== undefined ? holders.get(parent)?.folder : undefined;
  };
  return {
    see: holderOf,
    of: (process) => holderOf(process).folder,
    set: (process, folder) => {
      holderOf(process).folder = folder;
    },
    beginFork: (process) => forking.add(process),
    fork: (process, child, shares) => {
      forking.delete(process);
      if (Number(child) <= 0) return;
      const parent = holderOf(process);
      const known = holders.get(child);
      if (shares) holders.set(child, parent);
      else if (!known) holders.set(child, { folder: parent.folder });
      else known.folder ??= parent.folder;
    },
    end: (process) => {
      holders.delete(process);
      forking.delete(process);
    },
  };
};

const MAX_PROCESSES = 100_000;
