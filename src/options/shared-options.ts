import { DEFAULT_CONCURRENCY, PROGRESS_CHOICES } from '../api/vocabulary.ts';

/** Of every command that reads an image. */
export const PLATFORM = {
  platform: {
    type: 'platform',
    value: 'OS/ARCH',
    group: 'source',
    help: 'only this image of an index (default: all of them)',
    library: 'platform',
  },
} as const;

/** Of commands that write an image. */
export const PLATFORMS = {
  platform: {
    type: 'platforms',
    value: 'OS/ARCH',
    group: 'source',
    help: 'only this image of an index; several: an index of these',
    settings: true,
    library: 'platform',
    several: 'platforms',
    provenance: true,
  },
} as const;

export const JSON_OUTPUT = {
  json: { type: 'switch', group: 'output', help: 'print the result as JSON' },
} as const;

export const HTML_OUTPUT = {
  html: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write a page to a file: treemap, layers, every file with the reason',
  },
} as const;

export const QUIET = {
  quiet: {
    type: 'switch',
    short: 'q',
    group: 'output',
    help: 'print nothing but errors and secrets found',
  },
} as const;

export const PROGRESS = {
  progress: {
    type: 'choice',
    value: 'WHEN',
    choices: PROGRESS_CHOICES as typeof PROGRESS_CHOICES,
    group: 'output',
    help: 'on stderr; auto: on terminals and in CI',
    default: 'auto',
  },
} as const;

/** Of commands that run until they are told to stop. */
export const LOG = {
  'log-format': {
    type: 'choice',
    value: 'FORMAT',
    choices: ['logfmt', 'json'],
    group: 'output',
    help: 'of the lines on stderr',
    default: 'logfmt',
  },
  'log-level': {
    type: 'choice',
    value: 'LEVEL',
    choices: ['debug', 'info', 'warn', 'error'],
    group: 'output',
    help: 'the least that is logged',
    default: 'info',
  },
} as const;

/** Of commands that keep what they find out. */
export const CACHE = {
  'no-cache': { type: 'switch', group: 'source', help: 'do not use the cache' },
} as const;

/** Caches that are not on this machine. */
export const SHARED_CACHE = {
  'cache-from': {
    type: 'texts',
    value: 'REF',
    group: 'source',
    help: 'a cache in a registry (see docs/registry-cache.md)',
    settings: true,
    library: 'cacheFrom',
  },
  'cache-to': {
    type: 'text',
    value: 'REF',
    group: 'output',
    help: 'where to leave such a cache for other machines',
    settings: true,
    library: 'cacheTo',
  },
} as const;

/** Of commands that settings are for. */
export const CONFIG = {
  config: {
    type: 'file',
    value: 'FILE',
    group: 'other',
    help: 'settings (default: .reslim.yaml or .reslim.yml, if there)',
  },
} as const;

/** Of commands that work on many images. */
export const CONCURRENCY = {
  concurrency: {
    type: 'count',
    value: 'N',
    group: 'network',
    help: 'images at once',
    default: DEFAULT_CONCURRENCY as number,
    library: 'concurrency',
  },
} as const;

/** Of commands that work for a while and then print a result. */
export const OUTPUT: typeof JSON_OUTPUT & typeof QUIET & typeof PROGRESS = {
  ...JSON_OUTPUT,
  ...QUIET,
  ...PROGRESS,
};

/** Of every command. */
export const HELP = {
  help: { type: 'switch', short: 'h', group: 'other', help: 'print this help' },
} as const;

/** Of commands with options that few need. */
export const HELP_ALL = {
  'help-all': { type: 'switch', group: 'other', help: 'print help with all options' },
} as const;

/** Of the command line as a whole. */
export const VERSION_OPTION = {
  version: { type: 'switch', short: 'V', group: 'other', help: 'print the version' },
} as const;
