import { toBytes } from '../../base/byte-path.ts';
import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, nodesOf, type Node } from '../../tree/node.ts';
import { bytesInMemory } from '../../layer/bytes-in-memory.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import type { UpdateRecords } from '../ecosystem.ts';
import { objectOf, parseObject } from '../../base/json.ts';

const LOCK_SIZE = 64 * 1024 * 1024;

/**
 * Packages that npm's records do not call dev-dependencies: the record of what is installed or, without
 * one, the lock file.
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

/** An extraneous package is no dev-dependency, though `npm prune` removes it as well: it stays. */
const isDev = ({ dev, extraneous }: Record<string, unknown>): boolean =>
  dev === true && extraneous !== true;

/** Takes removed packages out of each `node_modules/.package-lock.json`, by which `npm ls` goes. */
export const updateHiddenLocks: UpdateRecords = async (root, { isGone }, open) => {
  const contents = new Map<Entry, LayerBytes>();
  for (const node of nodesOf(root)) {
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
