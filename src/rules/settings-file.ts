import { resolve } from 'node:path';
import { z } from 'zod';
import { ReslimError } from '../errors.ts';
import { glob, listOf, strictObject, text } from './schema-parts.ts';
import type { OneOrMore } from './profile-schema.ts';
import type { Level } from './rule.ts';
import { readTextFile, readYaml } from './yaml-document.ts';

const SETTINGS_FILE = '.reslim.yaml';

/** What `.reslim.yaml` says; each key is the option of the same name, and absent ones say nothing. */
export interface Settings {
  /** Names of profiles, or `auto`, or `none` alone. */
  readonly profile?: readonly string[] | undefined;
  /** Absolute paths: the file means them relative to its own folder. */
  readonly profileFile?: readonly string[] | undefined;
  readonly level?: Level | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly strip?: boolean | undefined;
  readonly upx?: boolean | undefined;
  /** As the option spells them: words with spaces between. */
  readonly upxArgs?: string | undefined;
  readonly upxGoal?: 'compressed' | 'unpacked' | undefined;
  readonly dedupe?: boolean | undefined;
  readonly squash?: 'all' | 'none' | undefined;
  readonly compression?: 'keep' | 'gzip' | 'zstd' | 'none' | undefined;
  readonly compressionLevel?: number | undefined;
  readonly platform?: readonly string[] | undefined;
  /** As the option spells it: seconds since 1970, or a date with time. */
  readonly timestamp?: string | undefined;
}

/** Reads the settings beside where reslim runs; `undefined` when there are none. Throws `usage`. */
export const readSettingsFile = async (dir: string): Promise<Settings | undefined> => {
  try {
    return parseSettings(await readTextFile(resolve(dir, SETTINGS_FILE), SETTINGS_FILE), dir);
  } catch (error) {
    if (error instanceof ReslimError && error.code === 'not-found') return undefined;
    throw error;
  }
};

/** Reads the text of a settings file that stands in `dir`. An empty file is no settings. */
const parseSettings = (source: string, dir: string, fileName: string = SETTINGS_FILE): Settings => {
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
