import { sortStoredFiles, showNode } from '../analysis/stored-files.ts';
import type { ImageAnalysis } from '../api/analysis.ts';
import { LEVELS, type Level } from '../api/vocabulary.ts';
import { showPath } from '../base/byte-path.ts';
import type { Layer } from '../layer/layer.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { Tree } from '../tree/squash.ts';
import type { StoredFile } from './subject.ts';

export interface StoredFilesInput {
  readonly layers: readonly Layer[];
  readonly tree: Tree;
  readonly analysis: Pick<ImageAnalysis, 'wasted'>;
  /** What each level decides. */
  readonly verdicts: ReadonlyMap<Level, Verdicts>;
}

/** Every file that a layer stores contents of, with what hides it, and with what a slim would do with it. */
export const listStoredFiles = ({
  layers,
  tree,
  analysis,
  verdicts,
}: StoredFilesInput): StoredFile[] => {
  const { used, hidden } = sortStoredFiles(layers, tree);
  const wasted = new Map(
    analysis.wasted
      .filter(({ reason }) => reason !== 'copies')
      .map((file) => [`${file.layer} ${file.path}`, file]),
  );
  const seen = [...used.values()].map(({ entry, nodes }): StoredFile => {
    const removedBy = LEVELS.find((level) =>
      nodes.every((node) => verdicts.get(level)?.get(node)?.action === 'drop'),
    );
    return {
      path: showNode(nodes[0]),
      names: nodes.map(showNode),
      size: entry.bodySize,
      layer: entry.layer + 1,
      ...(removedBy && { removedBy }),
    };
  });
  const covered = hidden.map(({ entry, path, by, how }): StoredFile => {
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
      removedBy: LEVELS[0],
    };
  });
  return [...seen, ...covered];
};
