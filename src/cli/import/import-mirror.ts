import { ReslimError } from '../../base/errors.ts';
import type { z } from 'zod';
import { describeIssue, showProperty } from '../../yaml/describe-issue.ts';
import { readForeignFile, type ForeignFile } from './foreign-file.ts';
import { importRegsync } from './import-regsync.ts';
import { importSkopeo, type SkopeoFlags } from './import-skopeo.ts';
import type { Imported } from './mirror-draft.ts';
import { regsyncSchema } from './regsync-schema.ts';
import { skopeoSchema } from './skopeo-schema.ts';

export const IMPORT_FORMATS = ['skopeo', 'regsync'] as const;

/** Whose files are read. */
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportFlags extends Omit<SkopeoFlags, 'to'> {
  readonly format?: ImportFormat | undefined;
  readonly to?: string | undefined;
}

/** Says in a mirror file what another program does with a file of its own. Throws `usage`. */
export const importMirror = (
  text: string,
  name: string,
  { to, ...flags }: ImportFlags,
): Imported & { readonly format: ImportFormat } => {
  const file = readForeignFile(text, name);
  const format = flags.format ?? formatOf(file);
  if (format === 'regsync')
    return { ...importRegsync(checked(regsyncSchema, file, { name, format }), file), format };
  const data = checked(skopeoSchema, file, { name, format });
  if (to === undefined)
    throw new ReslimError('usage', `no destination for ${name}`, {
      hint: 'skopeo has it on its command line: --to registry.example/mirror',
    });
  return { ...importSkopeo(data, file, { ...flags, to }), format };
};

/** regsync lists its steps under `sync`; to skopeo each key is a registry. */
const formatOf = ({ data }: ForeignFile): ImportFormat =>
  Array.isArray((data as { readonly sync?: unknown }).sync) ? 'regsync' : 'skopeo';

const checked = <Value>(
  schema: z.ZodType<Value>,
  file: ForeignFile,
  { name, format }: { readonly name: string; readonly format: ImportFormat },
): Value => {
  const result = schema.safeParse(file.data, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const { path, message } = describeIssue(issue as z.core.$ZodIssue);
  throw new ReslimError(
    'usage',
    `${name}:${file.lineOf(path)}: ${showProperty(path)}: ${message}`,
    { hint: `it is read as a file of ${format}: --format names another program` },
  );
};
