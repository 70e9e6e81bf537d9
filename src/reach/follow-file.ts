import { isIgnoredCaller } from '../ecosystems/ignored-callers.ts';
import { sourceKindOf } from '../ecosystems/source-kind.ts';
import { baseOf } from '../base/byte-path.ts';
import { SHELLS } from '../graph/commands/shells.ts';
import { readInterpreter } from '../graph/interpreter-line.ts';
import { isProgram } from '../graph/find-files.ts';
import type { Trace } from '../graph/trace/state.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import { resolvePath } from '../tree/resolve.ts';
import { followArchive, followClassFile } from './follow-archive.ts';
import { isArchive, isHiddenArchive } from './is-archive.ts';
import type { FollowContext } from './follow-context.ts';
import { followElf } from './follow-elf.ts';
import { readZip } from '../graph/archives/read-zip.ts';
import { languageOf } from '../graph/sources/language.ts';
import { followForeign, foreignLanguageOf } from './follow-foreign.ts';
import { followBytecode, isCompiledCode } from './follow-bytecode.ts';
import { followSettings } from './follow-settings.ts';
import { followSource, followTemplate } from './follow-source.ts';
import { isLibrary, type ReachedFile } from './reached.ts';

/** Notes what a file that stays needs: by itself, and where it is used by what it may do. */
export const followFile = async (context: FollowContext, reached: ReachedFile): Promise<void> => {
  const { node, use } = reached;
  const { trace, families } = context;
  if (typeOf(node) === 'symlink') {
    followLink(trace, node, use);
    return;
  }
  const file = typeOf(node) === 'file' ? trace.open(node) : undefined;
  if (!file) return;
  context.packages.followCode(node);
  if (use === 'used') {
    families.apply(node);
    context.packages.followTexts(node);
  }
  for (const language of context.languages) await language.follow(reached);
  const isOwn = !context.relations.isPackaged(node);
  if (isOwn && (isArchive(node) || (await isHiddenArchive(node, file))))
    await followArchive(context, node, file);
  else if (isOwn && node.name.endsWith('.class')) await followClassFile(context, node, file);
  else if (isOwn && isCompiledCode(node)) await followBytecode(context, node);
  else if (await isElf(node, file)) await followElf(context, node, file, use);
  else if (use === 'used' && isSource(node)) {
    await followSource(context, node, languageOf(node.name));
    const foreign = isOwn ? foreignLanguageOf(node) : undefined;
    if (foreign) await followForeign(context, node, foreign);
  } else if (use === 'used' && isProgram(node)) await followProgram(context, node, file);
  else if (isOwnScript(context, node)) await followShell(trace, node, file);
  else if (isOwn) {
    const foreign = foreignLanguageOf(node);
    if (foreign) await followForeign(context, node, foreign);
    else {
      await followSettings(context, node);
      await followTemplate(context, node);
    }
  }
};

/** A program without a telling name: what it is, its first line says. */
const followProgram = async (context: FollowContext, node: Node, file: FileAt): Promise<void> => {
  const programs = (await readInterpreter(file)).map(baseOf);
  const language = languageOf('', programs);
  const foreign = foreignLanguageOf(node, programs);
  if (language?.name === 'python' && (await readZip(file)))
    await followArchive(context, node, file);
  else if (language) await followSource(context, node, language);
  else if (foreign && isOwnScript(context, node)) await followForeign(context, node, foreign);
  else if (isOwnScript(context, node)) await followShell(context.trace, node, file);
};

/** No package owns it, and it is none of the scripts by which packages are installed. */
const isOwnScript = ({ relations }: FollowContext, node: Node): boolean =>
  isProgram(node) && !relations.isPackaged(node) && !isIgnoredCaller(`/${pathOf(node)}`);

/** Scripts of an application that nobody seems to start find their shell all the same: it is small. */
const followShell = async ({ record, finder }: Trace, node: Node, file: FileAt): Promise<void> => {
  const [path = ''] = await readInterpreter(file);
  const found = [...SHELLS, 'env'].includes(baseOf(path)) ? finder.at(path) : undefined;
  if (found) record.need('reads', found, { file: node, line: 1 });
};

/** A symlink is of no use without what it leads to. */
const followLink = ({ root, record }: Trace, node: Node, use: ReachedFile['use']): void => {
  const target = resolvePath(root, node.entry?.linkTarget ?? '', node.parent);
  if (!target.node || target.node === root) return;
  const kind = use === 'used' ? 'loads' : 'leads';
  record.need(kind, { node: target.node, via: target.links }, { file: node });
};

/** Only what may be one by its name and mode is looked at. */
const isElf = async (node: Node, file: FileAt): Promise<boolean> =>
  file.size >= 64 &&
  (isProgram(node) || isLibrary(node)) &&
  (await file.read(0, 4)).toString('latin1') === '\x7fELF';

/** Declarations of types name what only compilers load. */
const isSource = (node: Node): boolean =>
  sourceKindOf(`/${pathOf(node)}`) === 'code' && !/\.d\.[cm]?ts$/.test(node.name);
