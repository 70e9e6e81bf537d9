import { parse } from 'smol-toml';
import { z } from 'zod';
import { ReslimError } from '../../../base/errors.ts';
import { oneLine } from '../../../base/io-error.ts';
import type { Mirror, RegistryRule } from './registry-rule.ts';

const MIRROR: z.ZodType<Mirror> = z.object({
  location: z.string(),
  insecure: z.boolean().default(false),
  'pull-from-mirror': z.enum(['all', 'digest-only', 'tag-only']).default('all'),
});

const REGISTRY: z.ZodType<RegistryRule> = z.object({
  prefix: z.string().default(''),
  location: z.string().default(''),
  insecure: z.boolean().default(false),
  blocked: z.boolean().default(false),
  'mirror-by-digest-only': z.boolean().default(false),
  mirror: z.array(MIRROR).default([]),
});

const FILE: z.ZodType<{ readonly registry: readonly RegistryRule[] }> = z.object({
  registry: z.array(REGISTRY).default([]),
});

/** Throws `usage` for what is no registries.conf; `path` is for the message. */
export const parseRegistriesConf = (path: string, text: string): readonly RegistryRule[] => {
  try {
    return FILE.parse(parse(text)).registry;
  } catch (cause) {
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    const what = issue
      ? `${issue.path.join('.')}: ${issue.message}`
      : (cause as Error).message.split('\n', 1)[0];
    throw new ReslimError('usage', `${oneLine(what ?? '')}, ${path}`, {
      hint: 'see containers-registries.conf(5) for the format',
      cause,
    });
  }
};
