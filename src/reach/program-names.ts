import { toBytes } from '../base/byte-path.ts';
import { isProgram } from '../graph/find-files.ts';
import { searchPath } from '../graph/search-path.ts';
import type { Config } from '../oci/config.ts';
import { typeOf, type Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';

/** Tells names under which something can be started without its folder. */
export const programNames = (root: Node, config: Config): ((name: string) => boolean) => {
  const names = new Set<string>();
  for (const folder of searchPath(config).map(toBytes))
    for (const node of resolvePath(root, folder).node?.children?.values() ?? [])
      if (isProgram(node) || typeOf(node) === 'symlink') names.add(node.name);
  return (name) => names.has(name);
};
