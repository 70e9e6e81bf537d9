import { parseImageName } from '../../../../src/oci/image-name.ts';
import type { RegistryOptions } from '../../../../src/transport/registry/options.ts';
import { openRegistrySource } from '../../../../src/transport/registry/registry-source.ts';
import {
  openRegistryTarget,
  type RegistryTargetOptions,
} from '../../../../src/transport/registry/registry-target.ts';
import { isolated } from './fast.ts';
import { pull, push, type PushOptions, type TestImage } from './images.ts';
import { USER } from './servers.ts';

/** The login of the test user. */
export const BASIC = { kind: 'basic', ...USER } as const;

export interface PushToOptions extends PushOptions {
  readonly options?: RegistryTargetOptions;
}

export const pushTo = async (
  name: string,
  image: TestImage,
  { options = {}, ...how }: PushToOptions = {},
): Promise<void> => {
  const target = openRegistryTarget(parseImageName(name), { ...options, ...isolated(options) });
  try {
    await push(target, image, how);
  } finally {
    await target.close();
  }
};

/** Resolves with the digests of all it read and verified. */
export const pullFrom = async (
  name: string,
  options: RegistryOptions = {},
): Promise<Set<string>> => {
  const source = await openRegistrySource(parseImageName(name), isolated(options));
  try {
    return await pull(source);
  } finally {
    await source.close();
  }
};

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
