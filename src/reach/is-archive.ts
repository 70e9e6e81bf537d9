import type { ElfSource } from '../elf/elf-source.ts';
import type { Node } from '../tree/node.ts';

/** Archives from which interpreters and virtual machines load code. */
export const isArchive = ({ name }: Node): boolean =>
  /\.(jar|war|ear|pyz|pyzw|pex|shiv|egg|whl|zip)$/.test(name);

/** The same under a name that does not say so; interpreters tell by the contents. */
export const isHiddenArchive = async ({ name }: Node, file: ElfSource): Promise<boolean> =>
  HIDING.test(name) &&
  file.size > 22 &&
  (await file.read(0, 4)).toString('latin1') === 'PK\u0003\u0004';

const HIDING = /^[^.]+$|\.(?:app|bin|bundle|dat|data|mod|pak|pkg|run)$/;
