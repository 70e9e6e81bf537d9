export interface Closable {
  close(): Promise<void>;
}

/** What a run has opened. */
export interface Scope extends Closable {
  add<T extends Closable>(resource: T): T;
}

/** Closes what was opened, last first, whatever happens; one failure does not keep the others open. */
export const openScope = (): Scope => {
  const opened: Closable[] = [];
  return {
    add: (resource) => {
      opened.push(resource);
      return resource;
    },
    close: async () => {
      for (const resource of opened.reverse()) await resource.close().catch(() => {});
    },
  };
};
