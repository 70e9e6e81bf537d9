import type { SystemPackage } from '../../ecosystems/system-package.ts';
import { isTestFolder } from '../../ecosystems/test-folders.ts';
import { pathOf, type Node } from '../../tree/node.ts';
import type { ReachedFile } from '../reached.ts';
import { isExample } from './module-index.ts';
import { isSharedData, modulesTest } from './package-kinds.ts';
import { followDepends } from './follow-depends.ts';
import type { Language } from './language.ts';
import { lookIntoFile } from './look-into-file.ts';
import { lookAtWords } from './look-at-words.ts';
import type { LanguageInput, Shelf } from './shelf.ts';
import { openShelf } from './open-shelf.ts';

/**
 * Chooses among the packages that a distribution installed for a language: those that code names which is loaded, file by
 * file from the application on, those that settings and command lines name, and what these require. Where code may load
 * anything, all of them stay.
 */
export interface LanguageFollower {
  /** Looks into a file that stays. Nothing is chosen before an interpreter is used. */
  readonly follow: (file: ReachedFile) => Promise<void>;
  /** Looks at what can be told once there is nothing else to look into. */
  readonly followRest: () => void;
  /** Whether a package has modules of the language, and nothing else that is of use to others. */
  readonly isOfModules: (each: SystemPackage) => boolean;
  /** Whether a file is a module that came with the language, or with a package. */
  readonly isModule: (node: Node) => boolean;
  /** Whether code says if a package uses another that it depends on: modules, and data. */
  readonly chooses: (own: SystemPackage, other: SystemPackage) => boolean;
}

export const languageFollower = (language: Language, input: LanguageInput): LanguageFollower => {
  const waiting: ReachedFile[] = [];
  let shelf: Shelf | undefined;
  let isIdle = true;
  const isOfModules = modulesTest(language);
  return {
    follow: async (file) => {
      if (!isIdle) {
        if (shelf) await lookIntoFile(shelf, file);
        return;
      }
      waiting.push(file);
      if (!isInterpreter(language, input, file)) return;
      isIdle = false;
      shelf = await openShelf(language, input);
      if (shelf) for (const each of waiting) await lookIntoFile(shelf, each);
    },
    followRest: () => {
      if (!shelf) return;
      lookAtWords(shelf);
      keepParts(shelf, isOfModules);
      followDepends(shelf);
    },
    isOfModules,
    isModule: (node) => {
      const path = `/${pathOf(node)}`;
      return language.folder.test(path) || language.standard?.test(path) === true;
    },
    chooses: (own, other) =>
      isOfModules(own) && (isOfModules(other) ? !language.trustsDepends : isSharedData(other)),
  };
};

/**
 * Of packages that have more than modules all modules stay where something of them is used, with packages of the language that
 * they depend on.
 */
const keepParts = (
  { state, language, trace, packages, owners }: Shelf,
  isOfModules: (each: SystemPackage) => boolean,
): void => {
  for (const [each, file] of state.partly) {
    if (isOfModules(each)) continue;
    const others = each.depends.flat().flatMap((name) => packages.providers.get(name) ?? []);
    const place = { file, member: 'its package' };
    // What programs load of their own, settings say, and names that are made up.
    for (const node of each.files)
      if (language.folder.test(`/${pathOf(node)}`) && node !== file && !isForTrying(node))
        trace.record.need('loads', { node, via: [] }, place);
    for (const node of others.filter((other) => owners.has(other)).flatMap(({ files }) => files))
      if (node !== file) trace.record.need('reads', { node, via: [] }, place);
  }
};

/** Whether it lies in a folder of tests or examples, which nothing but a name leads to. */
const isForTrying = ({ parent }: Node): boolean =>
  parent !== undefined && (isTestFolder(parent) || isExample(parent) || isForTrying(parent));

const isInterpreter = (
  { interpreter }: Language,
  { packages }: LanguageInput,
  { node, use }: ReachedFile,
): boolean => use === 'used' && packages.owners.has(node) && interpreter.test(`/${pathOf(node)}`);
