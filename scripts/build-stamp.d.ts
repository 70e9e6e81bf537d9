export const SOURCES: readonly string[];
export const hashSources: (root: string) => Promise<string>;
export const isBuiltFrom: (root: string, sources: string) => Promise<boolean>;
export const noteBuild: (root: string, sources: string) => Promise<void>;
