import { dirname } from 'node:path';
import { fileOpener, type OpenFile } from '../../src/tree/open-file.ts';
import { readConfig, type Config } from '../../src/oci/config.ts';
import { gatherFacts } from '../../src/facts/gather-facts.ts';
import { readSystemPackages } from '../../src/facts/system-packages.ts';
import { judgeImage, type ImageJudgement } from '../../src/rules/judge-image.ts';
import { loadShippedFamilies } from '../../src/profiles/shipped-families.ts';
import { narrow } from '../../src/reach/narrow.ts';
import { loadShippedProfiles } from '../../src/profiles/shipped-profiles.ts';
import type { RecordedLists } from '../../src/ecosystems/ecosystem.ts';
import { openRuleBook, type RuleBookOptions } from '../../src/rules/rule-book.ts';
import { nodeAt, walk, type Node } from '../../src/tree/node.ts';
import { squashLayers } from '../../src/tree/squash.ts';
import { layerTar, type TestEntry } from './layer-tar.ts';
import { openLayers, openSpools } from './memory.ts';

/** Contents by path; `-> target` is a symlink, `null` a folder, bytes a program. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

export interface FactImage {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  readonly at: (path: string) => Node | undefined;
}

/** An image of one layer, kept until `close`. */
export const factImage = async (
  files: Files,
  { config = {}, platform = 'linux/amd64' }: { config?: object; platform?: string } = {},
): Promise<FactImage & { close: () => Promise<void> }> => {
  const spools = await openSpools();
  const layers = await openLayers([await layerTar(fileEntries(files))], spools.newSpool);
  const { root } = squashLayers(layers.map((layer) => layer.entries));
  const [os, architecture] = platform.split('/');
  const document = { os, architecture, rootfs: { diff_ids: [] }, config };
  return {
    root,
    config: readConfig(Buffer.from(JSON.stringify(document)), 'test'),
    open: fileOpener(layers),
    at: (path) => nodeAt(root, path),
    close: async () => {
      await Promise.all(layers.map(({ bytes }) => bytes.close()));
      await spools.close();
    },
  };
};

/** Entries of a layer, with the folders that they are in. */
export const fileEntries = (files: Files): TestEntry[] => {
  const folders = new Set<string>();
  const list: TestEntry[] = [];
  for (const path of Object.keys(files))
    for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at);
  for (const folder of [...folders].sort())
    if (!(folder in files)) list.push({ name: `${folder}/`, type: 'directory', mode: 0o755 });
  for (const [name, content] of Object.entries(files)) {
    if (content === null) list.push({ name: `${name}/`, type: 'directory', mode: 0o755 });
    else if (typeof content === 'string' && content.startsWith('-> '))
      list.push({ name, type: 'symlink', linkname: content.slice(3) });
    else {
      const isProgram = Buffer.isBuffer(content) || content.startsWith('#!');
      list.push({ name, body: content, mode: isProgram ? 0o755 : 0o644 });
    }
  }
  return list;
};

export interface Verdict {
  /** Paths that go, folders left out. */
  readonly gone: readonly string[];
  readonly why: (path: string) => string | undefined;
  /** New text of a file whose contents change. */
  readonly text: (path: string) => Promise<string | undefined>;
  readonly judgement: ImageJudgement;
}

/** Judges with the shipped profiles, at lean unless stated. */
export const judgeFiles = async (
  files: Files,
  {
    config,
    platform,
    lists,
    ...options
  }: Partial<RuleBookOptions> & {
    config?: object;
    platform?: string;
    lists?: RecordedLists;
  } = {},
): Promise<Verdict> => {
  const image = await factImage(files, {
    ...(config && { config }),
    ...(platform !== undefined && { platform }),
  });
  const families = options.level === 'minimal' ? await loadShippedFamilies() : [];
  const rules = openRuleBook({
    shipped: await loadShippedProfiles(),
    own: [],
    names: ['auto'],
    level: 'lean',
    keep: [],
    drop: [],
    ...options,
    families,
  });
  const packages = await readSystemPackages(image.root, image.open);
  const facts = await gatherFacts({ ...image, packages }, rules.factQuery);
  const judgement = await judgeImage(rules, {
    ...image,
    facts,
    ...(lists && { lists }),
    ...(rules.level === 'minimal' && {
      narrow: (judged, before) =>
        narrow(judged, { ...image, facts, rules, before, isFixed: () => false }),
      lists: 'trimmed',
    }),
  });
  await image.close();
  const { verdicts, records } = judgement;
  return {
    judgement,
    gone: [...walk(image.root)].flatMap(([path, node]) =>
      !node.children && verdicts.get(node)?.action === 'drop' ? [path] : [],
    ),
    why: (path) => {
      const node = image.at(path);
      return node && verdicts.get(node)?.reason;
    },
    text: async (path) => {
      const entry = image.at(path)?.entry;
      const content = entry && records.get(entry);
      if (!content) return undefined;
      const target = Buffer.alloc(content.size);
      await content.read(target, 0);
      return target.toString();
    },
  };
};
