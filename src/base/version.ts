import { readFileSync } from 'node:fs';
import { IS_BUNDLED, packageFile } from './package-files.ts';

/** The version in package.json. */
export const VERSION: string = (
  JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }
).version;

/** Tells builds of one version apart: a hash of the code, which the build leaves beside its bundle. */
export const BUILD: string | undefined = IS_BUNDLED
  ? readFileSync(packageFile('dist/build-id'), 'utf8')
  : undefined;
