import type { ZodType } from 'zod';

interface SchemaName {
  readonly id: string;
  readonly title: string;
}

export const schemaText: (schema: ZodType, about: SchemaName) => string;
export const SCHEMAS: Readonly<Record<'exporter' | 'mirror' | 'profile' | 'settings', SchemaName>>;
