import {
  DEFAULT_LEVEL,
  DEFAULT_PROFILES,
  DEFAULT_UPX_ARGS,
  DEFAULT_UPX_GOAL,
  FAILURE_CHOICES,
  GRAINS,
  LEVELS,
  UPX_GOALS,
} from '../api/vocabulary.ts';
import { BUDGET } from './check-options.ts';
import { EDITS } from './edit-options.ts';
import { COMPRESSION, OTHER_IMAGES, SQUASH } from './layer-options.ts';
import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf, SettingsOf } from './option.ts';
import { MACHINE_OUTPUTS } from './output-options.ts';
import { CACHE, CONFIG, HTML_OUTPUT, OUTPUT, PLATFORMS, SHARED_CACHE } from './shared-options.ts';

/** What is written of a run. */
export const RESULT = {
  output: {
    type: 'files',
    value: 'TARGET',
    short: 'o',
    group: 'output',
    help: 'where the new image is written, named like SOURCE',
    library: 'target',
  },
  'dry-run': {
    type: 'switch',
    group: 'output',
    help: 'show what would be removed, write nothing',
    library: 'dryRun',
  },
  explain: {
    type: 'texts',
    value: 'PATH',
    group: 'output',
    help: 'show why a path stays or is removed',
    library: 'explain',
  },
  report: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write every decision to a JSON file; - is stdout',
  },
  digestfile: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write the digest of the new image to a file',
  },
  'metadata-file': {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write digest, descriptor and names as JSON, as docker buildx does',
  },
} as const;

/** Which files go. */
export const RULES = {
  profile: {
    type: 'names',
    value: 'NAMES',
    group: 'rules',
    help: 'auto, none, or names of profiles',
    default: DEFAULT_PROFILES as typeof DEFAULT_PROFILES,
    settings: true,
    library: 'profiles',
    recipe: 'value',
  },
  'profile-file': {
    type: 'files',
    value: 'FILE',
    group: 'rules',
    help: 'a profile of your own',
    settings: true,
    library: 'profileFiles',
    recipe: 'count',
  },
  level: {
    type: 'choice',
    value: 'LEVEL',
    choices: LEVELS as typeof LEVELS,
    group: 'rules',
    help: 'leftovers only, documentation too, or all that nothing uses',
    default: DEFAULT_LEVEL as typeof DEFAULT_LEVEL,
    settings: true,
    library: 'level',
    recipe: 'value',
  },
  keep: {
    type: 'globs',
    value: 'GLOB',
    group: 'rules',
    help: 'files to keep',
    settings: true,
    library: 'keep',
    recipe: 'value',
    provenance: true,
  },
  drop: {
    type: 'globs',
    value: 'GLOB',
    group: 'rules',
    help: 'files to remove',
    settings: true,
    library: 'drop',
    recipe: 'value',
    provenance: true,
  },
} as const;

/** What level `minimal` goes by beside the image itself. */
export const USE = {
  entry: {
    type: 'texts',
    value: 'CMD',
    group: 'use',
    help: 'a command line that is started in it, too',
    settings: true,
    library: 'entries',
    recipe: 'count',
    provenance: true,
  },
  without: {
    type: 'texts',
    value: 'NAME',
    group: 'use',
    help: 'a package or path that it can do without',
    settings: true,
    library: 'without',
    recipe: 'value',
    provenance: true,
  },
  grain: {
    type: 'choice',
    value: 'GRAIN',
    choices: GRAINS as typeof GRAINS,
    group: 'use',
    help: 'how packages are taken apart (default: file)',
    settings: true,
    library: 'grain',
    recipe: 'value',
  },
  trace: {
    type: 'files',
    value: 'FILE',
    group: 'use',
    help: 'what a run opened stays, too (see docs/trace.md)',
    settings: true,
    library: 'traces',
    recipe: 'count',
  },
} as const;

/** Which files get other contents. */
export const TRANSFORMS = {
  strip: {
    type: 'switch',
    group: 'transforms',
    help: 'remove symbols and debug information from binaries',
    settings: true,
    library: 'strip',
    recipe: 'value',
  },
  upx: {
    type: 'switch',
    group: 'transforms',
    help: 'pack programs that get smaller by it',
    settings: true,
    library: 'upx',
    recipe: 'value',
  },
  'upx-args': {
    type: 'words',
    value: 'ARGS',
    group: 'transforms',
    help: 'options of UPX, as in "--best --lzma"',
    default: DEFAULT_UPX_ARGS as typeof DEFAULT_UPX_ARGS,
    rare: true,
    settings: true,
    library: 'upx.args',
  },
  brute: {
    type: 'switch',
    group: 'transforms',
    help: 'let UPX try all methods: takes minutes for each MB',
    rare: true,
    library: 'upx.brute',
  },
  'upx-goal': {
    type: 'choice',
    value: 'WHAT',
    choices: UPX_GOALS as typeof UPX_GOALS,
    group: 'transforms',
    help: 'size that must get 5 % smaller',
    default: DEFAULT_UPX_GOAL as typeof DEFAULT_UPX_GOAL,
    rare: true,
    settings: true,
    library: 'upx.goal',
  },
  dedupe: {
    type: 'switch',
    group: 'transforms',
    help: 'make equal files hard links',
    settings: true,
    library: 'dedupe',
    recipe: 'value',
  },
} as const;

const TIMESTAMP = {
  timestamp: {
    type: 'time',
    value: 'TIME',
    group: 'writing',
    help: 'set later times to this (see docs/cli.md)',
    settings: true,
    library: 'timestamp',
    recipe: 'value',
  },
  complement: {
    type: 'text',
    value: 'TAG',
    group: 'writing',
    help: 'also write the original as a layer on the new image, for debugging',
    library: 'complement',
  },
  force: {
    type: 'switch',
    group: 'writing',
    help: 'slim again where the target has the result already',
    library: 'force',
  },
  'in-place': {
    type: 'switch',
    group: 'writing',
    help: 'let TARGET be SOURCE: the new image replaces it',
    library: 'inPlace',
  },
  attest: {
    type: 'switch',
    group: 'writing',
    help: 'attach provenance and the report (layouts, registries)',
    library: 'attest',
  },
} as const;

const VERIFICATION = {
  verify: {
    type: 'switch',
    group: 'checks',
    help: 'the new image must have all that the source promises',
    settings: true,
    library: 'verify',
  },
} as const;

const FINDINGS = {
  strict: {
    type: 'switch',
    group: 'checks',
    help: 'at minimal, fail if it is open what the image uses',
    settings: true,
    library: 'strict',
  },
  'fail-on': {
    type: 'choice',
    value: 'WHAT',
    choices: FAILURE_CHOICES as typeof FAILURE_CHOICES,
    group: 'checks',
    help: 'fail if the source has any',
    settings: true,
    library: 'failOn',
  },
} as const;

/** All options of `reslim SOURCE -o TARGET`, in the order of the recipe. */
export const SLIM_OPTIONS: typeof PLATFORMS &
  typeof RESULT &
  typeof HTML_OUTPUT &
  typeof OUTPUT &
  typeof MACHINE_OUTPUTS &
  typeof RULES &
  typeof USE &
  typeof TRANSFORMS &
  typeof SQUASH &
  typeof OTHER_IMAGES &
  typeof COMPRESSION &
  typeof TIMESTAMP &
  typeof EDITS &
  typeof CACHE &
  typeof SHARED_CACHE &
  typeof BUDGET &
  typeof VERIFICATION &
  typeof FINDINGS &
  typeof NETWORK &
  typeof LIMITS &
  typeof CONFIG = {
  ...PLATFORMS,
  ...RESULT,
  ...HTML_OUTPUT,
  ...OUTPUT,
  ...MACHINE_OUTPUTS,
  ...RULES,
  ...USE,
  ...TRANSFORMS,
  ...SQUASH,
  ...OTHER_IMAGES,
  ...COMPRESSION,
  ...TIMESTAMP,
  ...EDITS,
  ...CACHE,
  ...SHARED_CACHE,
  ...BUDGET,
  ...VERIFICATION,
  ...FINDINGS,
  ...NETWORK,
  ...LIMITS,
  ...CONFIG,
};

export type SlimFlags = FlagsOf<typeof SLIM_OPTIONS>;

/** What a settings file may say. */
export type Settings = SettingsOf<typeof SLIM_OPTIONS>;
