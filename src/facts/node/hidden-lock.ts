import { toBytes } from '../../base/byte-path.ts';
import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import { bytesInMemory } from '../bytes-in-memory.ts';
import { readText, type OpenFile } from '../read-range.ts';
import { objectOf, parseObject } from '../json.ts';

const LOCK_SIZE = 64 * 1024 * 1024;

/**
 * Packages that npm's own records, of what is installed or of what should be, do not call
 * dev-dependencies.
 * @see https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json
 */
export const lockedForProduction = async (project: Node, open: OpenFile): Promise<Node[]> => {
  const modules = project.children?.get('node_modules');
  for (const file of [
    modules?.children?.get('.package-lock.json'),
    project.children?.get('package-lock.json'),
  ]) {
    const packages = objectOf((await readLock(file, open))?.['packages']);
    const paths = Object.entries(packages).filter(
      ([path, value]) => path !== '' && !isDev(objectOf(value)),
    );
    if (Object.keys(packages).length > 0)
      return paths.flatMap(([path]) => nodeAt(project, toBytes(path)) ?? []);
  }
  return [];
};

/** What is extraneous nobody asked for; npm removes that, too, yet it is no dev-dependency: it stays. */
const isDev = ({ dev, extraneous }: Record<string, unknown>): boolean =>
  dev === true && extraneous !== true;

/** Takes packages that are gone out of `node_modules/.package-lock.json`, which `npm ls` believes. */
export const forgetInLocks = async (
  nodes: Iterable<Node>,
  isGone: (node: Node) => boolean,
  open: OpenFile,
): Promise<Map<Entry, LayerBytes>> => {
  const contents = new Map<Entry, LayerBytes>();
  for (const node of nodes) {
    if (node.name !== '.package-lock.json' || node.parent?.name !== 'node_modules') continue;
    const project = node.parent.parent as Node;
    const lock = await readLock(node, open);
    if (!lock || !node.entry || isGone(node)) continue;
    const packages = objectOf(lock['packages']);
    const staying = Object.entries(packages).filter(([path]) => {
      const found = nodeAt(project, toBytes(path));
      return !found || !isGone(found);
    });
    if (staying.length === Object.keys(packages).length) continue;
    const text = JSON.stringify({ ...lock, packages: Object.fromEntries(staying) }, undefined, 2);
    contents.set(node.entry, bytesInMemory(Buffer.from(`${text}\n`)));
  }
  return contents;
};

const readLock = async (
  node: Node | undefined,
  open: OpenFile,
): Promise<Record<string, unknown> | undefined> => {
  const text = await readText(open, node, LOCK_SIZE);
  return text === undefined ? undefined : parseObject(Buffer.from(text, 'latin1').toString('utf8'));
};
