import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The package finds itself by its name, wherever this code lies: in `src`, in `build`, or bundled in `dist`. */
const PACKAGE_JSON = pathToFileURL(createRequire(import.meta.url).resolve('reslim/package.json'));

/** A file or folder of the package by its path there. */
export const packageFile = (path: string): URL => new URL(path, PACKAGE_JSON);

/** Whether this code is the bundle in `dist`, so that the other files there are of the same build. */
export const IS_BUNDLED: boolean = import.meta.url.startsWith(packageFile('dist/').href);
