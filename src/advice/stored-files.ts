import { sortStoredFiles, showNode } from '../analysis/stored-files.ts';
import type { ImageAnalysis } from '../api/analysis.ts';
import { RULE_LEVELS, type RuleLevel } from '../api/vocabulary.ts';
import { showPath, toText } from '../base/byte-path.ts';
import type { Layer } from '../layer/layer.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import type { StoredFile } from './subject.ts';

export interface StoredFilesInput {
  readonly layers: readonly Layer[];
  readonly tree: Tree;
  readonly analysis: Pick<ImageAnalysis, 'wasted'>;
  /** What each level decides. */
  readonly verdicts: ReadonlyMap<RuleLevel, Verdicts>;
  readonly packages: SystemPackages;
  readonly used: ReadonlySet<Node>;
  readonly devDependencies: Pick<ReadonlySet<Node>, 'has'>;
}

/** Every file that a layer stores contents of, with what hides it, and with what a slim would do with it. */
export const listStoredFiles = ({
  layers,
  tree,
  analysis,
  verdicts,
  packages,
  used,
  devDependencies,
}: StoredFilesInput): StoredFile[] => {
  const stored = sortStoredFiles(layers, tree);
  const wasted = new Map(
    analysis.wasted
      .filter(({ reason }) => reason !== 'copies')
      .map((file) => [`${file.layer} ${file.path}`, file]),
  );
  const seen = [...stored.used.values()].map(({ entry, nodes }): StoredFile => {
    const owner = ownerOf(nodes, packages);
    const removedBy = RULE_LEVELS.find((level) =>
      nodes.every((node) => verdicts.get(level)?.get(node)?.action === 'drop'),
    );
    return {
      path: showNode(nodes[0]),
      names: nodes.map(showNode),
      size: entry.bodySize,
      layer: entry.layer + 1,
      ...(owner !== undefined && { package: owner }),
      ...(nodes.some((node) => used.has(node)) && { isUsed: true }),
      ...(nodes.every((node) => isWithin(devDependencies, node)) && { isDevDependency: true }),
      ...(removedBy && { removedBy }),
    };
  });
  const covered = stored.hidden.map(({ entry, path, by, how }): StoredFile => {
    const shown = showPath(path);
    const known = wasted.get(`${entry.layer + 1} ${shown}`);
    const reason =
      known?.reason === 'metadata' ? 'metadata' : how === 'deleted' ? how : 'overwritten';
    return {
      path: shown,
      names: [shown],
      size: entry.bodySize,
      layer: entry.layer + 1,
      hidden: { how: reason, layer: by + 1, changes: known?.changes ?? [] },
      removedBy: RULE_LEVELS[0],
    };
  });
  return [...seen, ...covered];
};

const ownerOf = (nodes: readonly Node[], { owners }: SystemPackages): string | undefined => {
  const name = nodes.flatMap((node) => owners.get(node) ?? [])[0]?.name;
  return name === undefined ? undefined : toText(name);
};

const isWithin = (nodes: Pick<ReadonlySet<Node>, 'has'>, node: Node): boolean => {
  for (let at: Node | undefined = node; at; at = at.parent) if (nodes.has(at)) return true;
  return false;
};
