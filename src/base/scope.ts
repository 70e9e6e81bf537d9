export interface Closable {
  close(): Promise<void>;
}

/** Resources that are closed together. */
export interface Scope extends Closable {
  add<T extends Closable>(resource: T): T;
}

/** Closes resources in reverse order. One that fails to close does not keep the others open. */
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
