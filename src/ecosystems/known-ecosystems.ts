import { alpine } from './alpine.ts';
import { conda } from './conda.ts';
import { debian } from './debian.ts';
import { dotnet } from './dotnet.ts';
import type { Ecosystem } from './ecosystem.ts';
import { erlang } from './erlang.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { julia } from './julia.ts';
import { linux } from './linux.ts';
import { lua } from './lua.ts';
import { node } from './node.ts';
import { perl } from './perl.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { r } from './r.ts';
import { rpm } from './rpm.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { tcl } from './tcl.ts';
import { toolchain } from './toolchain.ts';

/**
 * All ecosystems. The order is that of reports: of two variables with the same folder, and of two signs
 * that fit the same file, the first counts.
 */
export const ECOSYSTEMS: readonly Ecosystem[] = [
  linux,
  debian,
  alpine,
  rpm,
  toolchain,
  python,
  node,
  java,
  ruby,
  perl,
  r,
  conda,
  php,
  go,
  rust,
  dotnet,
  erlang,
  julia,
  lua,
  tcl,
];

const SYSTEM_TYPES = new Set<string>(
  ECOSYSTEMS.flatMap(({ packageDatabase }) => packageDatabase?.type ?? []),
);

/** Whether packages of a type are those of a distribution, which its package database lists. */
export const isSystemType = (type: string): boolean => SYSTEM_TYPES.has(type);
