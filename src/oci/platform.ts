import { ReslimError } from '../base/errors.ts';
import { asObject, asString, asStrings } from './json.ts';

/**
 * @see
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly osVersion?: string | undefined;
  readonly osFeatures?: readonly string[] | undefined;
}

export const readPlatform = (value: unknown, where: string): Platform => {
  const raw = asObject(value, where);
  return {
    os: asString(raw['os'] ?? '', `os of ${where}`),
    architecture: asString(raw['architecture'] ?? '', `architecture of ${where}`),
    ...(raw['variant'] != null && { variant: asString(raw['variant'], `variant of ${where}`) }),
    ...(raw['os.version'] != null && {
      osVersion: asString(raw['os.version'], `os.version of ${where}`),
    }),
    ...(raw['os.features'] != null && {
      osFeatures: asStrings(raw['os.features'], `os.features of ${where}`),
    }),
  };
};

/** Parses `os/arch[/variant]`, as Docker's `--platform` spells it; an architecture alone is one of Linux. */
export const parsePlatform = (text: string): Platform => {
  const given = text.split('/');
  const parts = ARCHITECTURES.has(given[0] ?? '') ? ['linux', ...given] : given;
  const [os, architecture, variant] = parts;
  if (!os || !architecture || parts.length > 3 || variant === '') {
    throw new ReslimError('usage', `not a platform: ${text}`, {
      hint: 'write os/arch or os/arch/variant, e.g. linux/arm64/v8',
    });
  }
  return { os, architecture: ALIASES[architecture] ?? architecture, ...(variant && { variant }) };
};

export const formatPlatform = ({ os, architecture, variant }: Platform): string =>
  [os || 'unknown', architecture || 'unknown', variant].filter(Boolean).join('/');

/** Whether an image for `platform` is one for `wanted`. A variant that `wanted` leaves open matches any. */
export const matchesPlatform = (wanted: Platform, platform: Platform): boolean =>
  wanted.os === platform.os &&
  wanted.architecture === platform.architecture &&
  (wanted.variant === undefined ||
    wanted.variant === (platform.variant ?? DEFAULT_VARIANT[platform.architecture]));

const ALIASES: Record<string, string> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
  i386: '386',
};

/** Names of architectures, aliases included; none of them is a name of an operating system. */
const ARCHITECTURES: ReadonlySet<string> = new Set([
  ...['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips', 'mips64', 'mips64le', 'mipsle'],
  ...['ppc64', 'ppc64le', 'riscv64', 's390x'],
  ...Object.keys(ALIASES),
]);

/** The variant of an image without one: builders leave these out. */
const DEFAULT_VARIANT: Record<string, string> = { arm64: 'v8', arm: 'v7' };
