import type { Platform } from '../oci/platform.ts';

/** Edits of an image's documents that were checked: what is to be unset, then what is to be set. */
export interface Edits {
  /** Images that are changed; all of them if absent. */
  readonly platforms: readonly Platform[] | undefined;
  readonly env: NamedEdits;
  readonly labels: NamedEdits;
  readonly annotations: NamedEdits;
  /** With protocol: `80/tcp`. */
  readonly ports: PathEdits;
  readonly volumes: PathEdits;
  /** Members that have one value; `undefined` clears one, and one that is not there stays. */
  readonly single: ReadonlyMap<SingleMember, unknown>;
  readonly scrubsBuildArgs: boolean;
}

export interface NamedEdits {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly unset: readonly string[];
}

export interface PathEdits {
  readonly set: readonly string[];
  readonly unset: readonly string[];
}

export type SingleMember =
  | 'entrypoint'
  | 'cmd'
  | 'user'
  | 'workdir'
  | 'stop-signal'
  | 'healthcheck'
  | 'created';
