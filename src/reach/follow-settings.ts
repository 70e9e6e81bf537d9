import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { lineCounter } from '../graph/place.ts';
import { isBinary } from '../graph/trace/look-into-text.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { isOfVendor } from './callables.ts';
import type { FollowContext } from './follow-context.ts';

/** Notes the functions that settings of an application name. */
export const followSettings = async (
  { trace: { open }, callables }: FollowContext,
  node: Node,
): Promise<void> => {
  const path = `/${pathOf(node)}`;
  if (!SETTINGS.test(path) || PACKAGE_FOLDER.test(path) || isOfVendor(path)) return;
  const file = open(node);
  if (!file || file.size > MAX_SIZE) return;
  const text = (await file.read(0, file.size)).toString('latin1');
  if (isBinary(text)) return;
  const lineOf = lineCounter(text);
  callables.addSettings(text, (at) => ({ file: node, line: lineOf(at) }));
};

const SETTINGS =
  /(?:\.(?:json5?|ya?ml|neon|ini|conf|cfg|toml|xml|properties|dist|local|txt|data|csv)|\/\.?env(?:\.[^/]*)?)$/i;
const MAX_SIZE = 256 * 1024;
