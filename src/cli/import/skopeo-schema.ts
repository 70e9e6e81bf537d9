import { z } from 'zod';

const texts = z.array(z.string()).nullish();

const registry = z.looseObject({
  images: z.record(z.string(), texts).nullish(),
  'images-by-tag-regex': z.record(z.string(), z.string()).nullish(),
  'images-by-semver': z.record(z.string(), z.string()).nullish(),
  credentials: z.looseObject({ username: z.string().optional() }).nullish(),
  'tls-verify': z.string().optional(),
  'cert-dir': z.string().optional(),
});

/** Registries by name; all scalars are text. */
export interface SkopeoFile {
  readonly [host: string]: SkopeoRegistry;
}

export interface SkopeoRegistry {
  readonly images?:
    | Readonly<Record<string, readonly string[] | null | undefined>>
    | null
    | undefined;
  readonly 'images-by-tag-regex'?: Readonly<Record<string, string>> | null | undefined;
  readonly 'images-by-semver'?: Readonly<Record<string, string>> | null | undefined;
  readonly credentials?: { readonly username?: string | undefined } | null | undefined;
  readonly 'tls-verify'?: string | undefined;
  readonly 'cert-dir'?: string | undefined;
}

/**
 * The source file of `skopeo sync --src yaml`.
 * @see https://github.com/containers/skopeo/blob/main/docs/skopeo-sync.1.md
 */
export const skopeoSchema: z.ZodType<SkopeoFile> = z.record(z.string(), registry);
