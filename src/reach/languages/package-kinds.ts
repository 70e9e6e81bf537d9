import type { SystemPackage } from '../../ecosystems/system-package.ts';
import { pathOf } from '../../tree/node.ts';
import type { Language } from './language.ts';

/** Whether a package has modules of a language, and nothing else that is of use to others. */
export const modulesTest = ({ folder }: Language): ((each: SystemPackage) => boolean) => {
  const known = new Map<SystemPackage, boolean>();
  return (each) => {
    const before = known.get(each);
    if (before !== undefined) return before;
    const paths = each.files.map((file) => `/${pathOf(file)}`);
    const modules = paths.filter((path) => folder.test(path));
    const others = paths.filter((path) => !folder.test(path) && !BESIDE.test(path));
    const found =
      modules.length > 0 &&
      others.length * LITTLE <= modules.length &&
      others.every((path) => path.startsWith('/usr/share/'));
    known.set(each, found);
    return found;
  };
};

/** What packages of modules have that is no module: commands, documentation, and what others are built with. */
const BESIDE =
  /^\/usr\/(?:bin|include|(?:lib|lib\/[\w-]+|share)\/(?:pkgconfig|cmake)|share\/(?:aclocal|doc|doc-base|man|info|lintian|bug|menu|applications|pixmaps|icons|python3|perl5\/Debian\/Debhelper))\//;

/** Data of a package is little where it has so many modules for each file. */
const LITTLE = 50;

/** A package with nothing but data for all machines: who uses it must name the folder. */
export const isSharedData = ({ files }: SystemPackage): boolean =>
  files.length > 0 && files.every((file) => pathOf(file).startsWith('usr/share/'));
