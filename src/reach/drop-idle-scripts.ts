import { toBytes } from '../base/byte-path.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import { isProgram } from '../graph/find-files.ts';
import { readInterpreter } from '../graph/interpreter-line.ts';
import type { Reach } from '../graph/reach.ts';
import { searchPath } from '../graph/search-path.ts';
import type { Config } from '../oci/config.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';
import type { NewVerdicts } from './new-verdicts.ts';

export interface IdleScriptsInput {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  readonly packages: SystemPackages;
  readonly reach: Reach;
  readonly verdicts: NewVerdicts;
}

/**
 * Drops scripts of packages that nothing starts, and whose interpreter goes: they lie in a folder that something reads,
 * and could not be started there. Other names of theirs go with them.
 */
export const dropIdleScripts = async (
  nodes: readonly Node[],
  { root, config, open, packages, reach, verdicts }: IdleScriptsInput,
): Promise<void> => {
  const budget = newStepBudget();
  const isThere = (name: string): boolean =>
    searchPath(config).some((folder) => {
      const program = resolvePath(root, `${toBytes(folder)}/${name}`, root, budget).node;
      return program !== undefined && !program.children && !verdicts.isGone(program);
    });
  const idle = new Set<Node>();
  for (const node of nodes) {
    if (!isProgram(node) || verdicts.isGone(node) || reach.isUsed(node)) continue;
    if (!packages.owners.has(node)) continue;
    const file = open(node);
    const [path, ...words] = file ? await readInterpreter(file) : [];
    if (path === undefined) continue;
    const { node: interpreter } = resolvePath(root, path, root, budget);
    if (!interpreter || !verdicts.isGone(interpreter)) continue;
    // `env` is small, and used by those that a person starts for whom the rest is there.
    if (interpreter.name === 'env' && words.some(isThere)) verdicts.keep(interpreter);
    else {
      verdicts.drop(node);
      idle.add(node);
    }
  }
  if (idle.size === 0) return;
  for (const node of nodes)
    if (typeOf(node) === 'symlink' && packages.owners.has(node) && !verdicts.isGone(node)) {
      const { node: target } = resolvePath(root, `/${pathOf(node)}`, root, budget);
      if (target && idle.has(target)) verdicts.drop(node);
    }
};
