import { anyOf } from './any-of.ts';
import { ECOSYSTEMS } from './known-ecosystems.ts';
import { PACKAGE_FOLDER } from './package-folders.ts';

/** Whether calls in a file do not count, by its absolute path: see `Ecosystem.ignoredCallers`. */
export const isIgnoredCaller = (path: string): boolean => IGNORED.test(path);

const IGNORED = anyOf([
  // Parts of packages for those who work on them.
  new RegExp(
    `${PACKAGE_FOLDER.source}.*/(tests?|specs?|scripts?|tools|ci|bench|benchmarks?|examples?|\\.github|\\.ci)/`,
  ),
  new RegExp(
    `${PACKAGE_FOLDER.source}.*/(test|build|release|publish|install|postinstall)[-_.][^/]*$`,
  ),
  ...ECOSYSTEMS.flatMap(({ ignoredCallers = [] }) => ignoredCallers),
]);
