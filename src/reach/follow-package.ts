import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import { isProgram } from '../graph/find-files.ts';
import type { Record } from '../graph/record.ts';
import { isLibrary } from './reached.ts';
import { pathOf, type Node } from '../tree/node.ts';

/** Where distributions put packages of languages. */
const LANGUAGE_FOLDER = new RegExp(`${PACKAGE_FOLDER.source}|^/usr/(?:share|lib)/nodejs/`);

/** Catalogues of gettext. Those of languages that the image does not ask for are gone. */
const MESSAGES = /\/LC_MESSAGES\/[^/]+\.mo$/;

/** Whether a package keeps another for what its code says, rather than since it depends on it. */
export type ChosenPackages = (own: SystemPackage, other: SystemPackage) => boolean;

/** Follows files to the packages that own them. Each package is followed once. */
export interface PackageFollower {
  /**
   * Keeps a language's package, as the distribution packages it, whole, with what it depends on: packages of the language,
   * data (`python-matplotlib-data`), and of others the shared libraries (`python3-magic` opens `libmagic`).
   */
  readonly followCode: (node: Node) => void;
  /** The same for a library or program that opens others by names it makes up: plug-ins of its own package, too. */
  readonly followLibraries: (node: Node) => void;
  /** Texts of messages in other languages, in its package and in data that this depends on or recommends. */
  readonly followTexts: (node: Node) => void;
  /** What a family keeps with an interpreter: packages of its language that its own depends on. */
  readonly packagesFor: (node: Node) => readonly Node[];
}

export const packageFollower = (
  { owners, providers }: SystemPackages,
  record: Record,
  {
    isChosen,
    isOfModules,
    idle,
  }: {
    readonly isChosen: ChosenPackages;
    /** Whether a package has modules of a language, and little else. */
    readonly isOfModules: (each: SystemPackage) => boolean;
    /** Libraries that nobody finds by the names which they stand for. */
    readonly idle: ReadonlySet<Node>;
  },
): PackageFollower => {
  const seen = new Set<SystemPackage>();
  const isLanguage = new Map<SystemPackage, boolean>();
  const isOfLanguage = (each: SystemPackage): boolean => {
    const known =
      isLanguage.get(each) ??
      (isOfModules(each) || each.files.some((file) => LANGUAGE_FOLDER.test(`/${pathOf(file)}`)));
    isLanguage.set(each, known);
    return known;
  };
  const providersOf = (groups: SystemPackage['depends']): SystemPackage[] =>
    groups.flat().flatMap((name) => providers.get(name) ?? []);
  const dependsOf = ({ depends }: SystemPackage): SystemPackage[] => providersOf(depends);
  const follow = (each: SystemPackage, from: Node): void => {
    if (seen.has(each)) return;
    seen.add(each);
    const whole = isOfLanguage(each) ? [each] : [];
    const others = dependsOf(each).filter((other) => !isChosen(each, other));
    const parts = whole.length > 0 ? others.filter((one) => isOfLanguage(one) || isData(one)) : [];
    const place = { file: from, member: 'its package' };
    for (const file of [...whole, ...parts].flatMap(({ files }) => files))
      if (file !== from) record.need('reads', { node: file, via: [] }, place);
    for (const file of [each, ...others.filter(isPlain)].flatMap(({ files }) => files))
      if (isLibrary(file) && file !== from && !idle.has(file))
        record.need('loads', { node: file, via: [] }, place);
  };
  const withTexts = new Set<SystemPackage>();
  return {
    followTexts: (node) => {
      for (const each of owners.get(node) ?? []) {
        if (withTexts.has(each)) continue;
        withTexts.add(each);
        const others = [...dependsOf(each), ...providersOf(each.recommends)].filter(isData);
        for (const file of [each, ...others].flatMap(({ files }) => files))
          if (MESSAGES.test(pathOf(file)))
            record.need(
              'reads',
              { node: file, via: [] },
              { file: node, member: 'texts of its messages' },
            );
      }
    },
    followCode: (node) => {
      for (const each of owners.get(node) ?? []) if (isOfLanguage(each)) follow(each, node);
    },
    packagesFor: (node) => {
      const all = new Set(owners.get(node) ?? []);
      // A set that grows is gone through to its end.
      for (const each of all)
        for (const other of dependsOf(each))
          if (isOfLanguage(other) || other.name.startsWith('lib')) all.add(other);
      return [...all].filter(isOfLanguage).flatMap(({ files }) => files);
    },
    followLibraries: (node) => {
      for (const each of owners.get(node) ?? []) follow(each, node);
    },
  };
};

/** No C library, which all depend on: the libraries of its package are for compilers and debuggers, and for who names one. */
const isPlain = ({ files }: SystemPackage): boolean =>
  !files.some(({ name }) => /^(ld-linux|ld-musl|ld64\.so)/.test(name));

/** A package without programs and libraries is there for those who depend on it. */
const isData = ({ files }: SystemPackage): boolean =>
  files.length > 0 && !files.some((file) => isLibrary(file) || isProgram(file));
