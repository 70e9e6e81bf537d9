import { NO_PACKAGES } from '../../src/ecosystems/system-package.ts';
import { buildGraph } from '../../src/graph/build-graph.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Config } from '../../src/oci/config.ts';
import type { Node } from '../../src/tree/node.ts';

/** The graph of an image none of whose files can be read: what its config says. */
export const configGraph = (root: Node, config: Config): Promise<Graph> =>
  buildGraph(
    { root, config, open: () => undefined, packages: NO_PACKAGES },
    { programs: [], fileNeeds: false },
  );
