import {
  COMPRESSION_CHOICES,
  DEFAULT_COMPRESSION,
  DEFAULT_SQUASH,
  SQUASHES,
} from '../api/vocabulary.ts';

/** How layers are stored. */
export const COMPRESSION = {
  compression: {
    type: 'choice',
    value: 'KIND',
    choices: COMPRESSION_CHOICES as typeof COMPRESSION_CHOICES,
    group: 'writing',
    help: 'how layers are stored',
    default: DEFAULT_COMPRESSION as typeof DEFAULT_COMPRESSION,
    settings: true,
    library: 'compression',
    recipe: 'value',
  },
  'compression-level': {
    type: 'level',
    value: 'N',
    group: 'writing',
    help: '0 to 9 for gzip (default: 6), 1 to 22 for zstd (default: 3)',
    settings: true,
    library: 'compressionLevel',
    recipe: 'value',
  },
  'no-verify-compression': {
    type: 'switch',
    group: 'writing',
    help: 'do not decompress again, and compare, what was compressed',
    rare: true,
  },
} as const;

/** How many layers the new image has. */
export const SQUASH = {
  squash: {
    type: 'choice',
    value: 'WHICH',
    choices: SQUASHES as typeof SQUASHES,
    group: 'writing',
    help: 'merge all layers, those above the base, or none',
    default: DEFAULT_SQUASH as typeof DEFAULT_SQUASH,
    settings: true,
    library: 'squash',
    recipe: 'value',
  },
  whiteouts: {
    type: 'switch',
    group: 'writing',
    help: 'hide files of the base, which saves no bytes',
    rare: true,
    settings: true,
    library: 'whiteouts',
    recipe: 'value',
  },
  layers: {
    type: 'layers',
    value: 'N',
    group: 'writing',
    help: 'make up to N layers by content, so that updates are small; or auto',
    settings: true,
    library: 'layers',
    recipe: 'value',
  },
} as const;

/** Other images that decide of its layers. */
export const OTHER_IMAGES = {
  base: {
    type: 'text',
    value: 'WHICH',
    group: 'writing',
    help: 'where the base ends: an image, a layer, a number of layers',
    settings: true,
    library: 'base',
    recipe: 'value',
  },
  previous: {
    type: 'text',
    value: 'IMAGE',
    group: 'writing',
    help: 'with --layers: the image whose layers to stay close to',
    settings: true,
    library: 'previous',
    recipe: 'value',
  },
} as const;
