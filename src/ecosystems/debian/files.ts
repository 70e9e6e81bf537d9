import type { BytePath } from '../../base/byte-path.ts';
import { ReslimError } from '../../base/errors.ts';
import type { Node } from '../../tree/node.ts';
import { DATABASE_SIZE } from '../system-package.ts';

/** The folder of dpkg's database. */
export const DPKG: BytePath = 'var/lib/dpkg';

/** Where apt notes which packages it installed as dependencies of others. */
export const EXTENDED_STATES: BytePath = 'var/lib/apt/extended_states';

/** Whether a file in `status.d` is a paragraph about a package; lists of its files lie beside it. */
export const isStatusFile = ({ name, children }: Node): boolean =>
  !children && !/\.(md5sums|list)$/.test(name);

export const databaseTooLarge = (): ReslimError =>
  new ReslimError('limit', `package database of more than ${DATABASE_SIZE} bytes, /${DPKG}`);
