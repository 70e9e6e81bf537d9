import { resolve } from 'node:path';
import { z } from 'zod';
import type { OneOrMore } from '../../profiles/profile-schema.ts';
import type { Level } from '../../api/vocabulary.ts';
import { glob, listOf, strictObject, text } from '../../profiles/schema-parts.ts';
import type { Settings } from './settings.ts';
import { readYaml } from '../../yaml/yaml-document.ts';

/** Reads the text of a settings file that stands in `dir`. An empty file is no settings. */
export const parseSettings = (source: string, dir: string, fileName: string): Settings => {
  const { value, errorAt } = readYaml(source, fileName, settingsSchema);
  if (!value) return {};
  const profile = toList(value.profile);
  if (profile && profile.length > 1 && profile.includes('none')) {
    throw errorAt(['profile'], '"none" stands alone');
  }
  return {
    profile,
    profileFile: toList(value['profile-file'])?.map((file) => resolve(dir, file)),
    level: value.level,
    keep: toList(value.keep),
    drop: toList(value.drop),
    strip: value.strip,
    upx: value.upx,
    upxArgs: value['upx-args'],
    upxGoal: value['upx-goal'],
    dedupe: value.dedupe,
    squash: value.squash,
    compression: value.compression,
    compressionLevel: value['compression-level'],
    platform: toList(value.platform),
    timestamp: value.timestamp === undefined ? undefined : String(value.timestamp),
  };
};

interface SettingsText {
  readonly profile?: OneOrMore | undefined;
  readonly 'profile-file'?: OneOrMore | undefined;
  readonly level?: Level | undefined;
  readonly keep?: OneOrMore | undefined;
  readonly drop?: OneOrMore | undefined;
  readonly squash?: 'all' | 'none' | undefined;
  readonly compression?: 'keep' | 'gzip' | 'zstd' | 'none' | undefined;
  readonly strip?: boolean | undefined;
  readonly upx?: boolean | undefined;
  readonly 'upx-args'?: string | undefined;
  readonly 'upx-goal'?: 'compressed' | 'unpacked' | undefined;
  readonly dedupe?: boolean | undefined;
  readonly 'compression-level'?: number | undefined;
  readonly platform?: OneOrMore | undefined;
  readonly timestamp?: string | number | undefined;
}

/** Checks a settings file; `null` is what YAML makes of an empty one. */
const settingsSchema: z.ZodType<SettingsText | null> = strictObject({
  profile: listOf(text).optional(),
  'profile-file': listOf(text).optional(),
  level: z.enum(['safe', 'lean']).optional(),
  keep: listOf(glob).optional(),
  drop: listOf(glob).optional(),
  strip: z.boolean().optional(),
  upx: z.boolean().optional(),
  'upx-args': text.optional(),
  'upx-goal': z.enum(['compressed', 'unpacked']).optional(),
  dedupe: z.boolean().optional(),
  squash: z.enum(['all', 'none']).optional(),
  compression: z.enum(['keep', 'gzip', 'zstd', 'none']).optional(),
  'compression-level': z.int().min(0).max(22).optional(),
  platform: listOf(text).optional(),
  timestamp: z.union([text, z.int().min(0)]).optional(),
}).nullable();

const toList = (value: OneOrMore | undefined): readonly string[] | undefined =>
  typeof value === 'string' ? [value] : value;
