import { ECOSYSTEMS } from './known-ecosystems.ts';

/** Fits absolute paths below a folder that a language's package manager installs into: `node_modules`, `gems`. */
export const PACKAGE_FOLDER: RegExp = new RegExp(
  `/(?:${ECOSYSTEMS.flatMap(({ packageFolders = [] }) => packageFolders).join('|')})/`,
);
