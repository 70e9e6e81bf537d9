import type { SourceKind } from '../../ecosystems/ecosystem.ts';
import { PACKAGE_FOLDER } from '../../ecosystems/package-folders.ts';
import { isTestFolder } from '../../ecosystems/test-folders.ts';
import { isInside, nodesOf, type Node } from '../../tree/node.ts';
import { namedLocales } from './locales.ts';
import { namedFiles } from './named-files.ts';
import { pythonImports } from './python-imports.ts';
import type { Reference } from './reference.ts';

/** Finds what the text of a source refers to by names that rules must know of. */
export interface ReferenceFinder {
  readonly find: (source: Node, kind: SourceKind, text: string) => readonly Reference[];
  /** Only what it refers to of parts that may be taken for tests. */
  readonly findTests: (source: Node, kind: SourceKind, text: string) => readonly Reference[];
  /** Packages whose sources must be read, whoever owns them: parts of them may be taken for tests. */
  readonly packages: ReadonlySet<Node>;
  /** Parts that may be taken for tests; their sources count once something refers to them. */
  readonly testFolders: ReadonlySet<Node>;
}

export const newReferenceFinder = (root: Node): ReferenceFinder => {
  const testFolders = nodesOf(root).filter((node) => isTestFolder(node));
  const inCode = [namedFiles(root), pythonImports(testFolders)];
  const inAny = namedLocales(root);
  const findInCode = (source: Node, kind: SourceKind, text: string): Reference[] =>
    kind === 'code' ? inCode.flatMap((each) => each(source, text)) : [];
  return {
    find: (source, kind, text) => [...inAny(source, text), ...findInCode(source, kind, text)],
    findTests: (source, kind, text) =>
      findInCode(source, kind, text).filter(
        ({ to, whole }) => whole || testFolders.some((folder) => isInside(to, folder)),
      ),
    packages: new Set(testFolders.map(packageAround)),
    testFolders: new Set(testFolders),
  };
};

/** The folder that lies in a folder of packages, as far up as there is one. */
const packageAround = (node: Node): Node => {
  let at = node;
  while (at.parent?.parent && !PACKAGE_FOLDER.test(`/${at.parent.name}/`)) at = at.parent;
  return at.parent?.parent ? at : (node.parent ?? node);
};
