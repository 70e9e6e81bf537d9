import { DEFAULT_LIMITS } from '../base/limits.ts';

/** Of every command that may meet a registry. */
export const NETWORK = {
  'ca-file': {
    type: 'files',
    value: 'FILE',
    group: 'network',
    help: 'trust these certificate authorities as well',
    library: 'network.caFiles',
  },
  insecure: {
    type: 'texts',
    value: 'HOST',
    group: 'network',
    help: 'accept any certificate, or plain HTTP, from it',
    library: 'network.insecure',
  },
  'auth-file': {
    type: 'file',
    value: 'FILE',
    group: 'network',
    help: 'logins (default: those of Docker and Podman)',
    library: 'network.authFile',
  },
  retries: {
    type: 'count',
    value: 'N',
    least: 0,
    group: 'network',
    help: 'of a request that failed',
    default: 5,
    rare: true,
    library: 'network.retries',
  },
  timeout: {
    type: 'seconds',
    value: 'SECONDS',
    group: 'network',
    help: 'without an answer or progress',
    default: 30,
    rare: true,
    library: 'network.timeout',
  },
} as const;

/** Of every command that reads layers it has no reason to trust. */
export const LIMITS = {
  'max-entries': {
    type: 'count',
    value: 'N',
    group: 'limits',
    help: 'files in all layers',
    default: DEFAULT_LIMITS.entryCount as number,
    rare: true,
    library: 'limits.entryCount',
  },
  'max-layer-count': {
    type: 'count',
    value: 'N',
    group: 'limits',
    help: 'layers',
    default: DEFAULT_LIMITS.layerCount as number,
    rare: true,
    library: 'limits.layerCount',
  },
  'max-layer-size': {
    type: 'size',
    value: 'SIZE',
    group: 'limits',
    help: 'one layer, unpacked',
    default: DEFAULT_LIMITS.layerSize as number,
    rare: true,
    library: 'limits.layerSize',
  },
  'max-expansion': {
    type: 'count',
    value: 'N',
    group: 'limits',
    help: 'unpacked to stored size',
    default: DEFAULT_LIMITS.expansionRatio as number,
    rare: true,
    library: 'limits.expansionRatio',
  },
  'max-document': {
    type: 'size',
    value: 'SIZE',
    group: 'limits',
    help: 'a manifest or config',
    default: DEFAULT_LIMITS.documentSize as number,
    rare: true,
    library: 'limits.documentSize',
  },
} as const;
