import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { openedLibraries } from '../graph/files/opened-libraries.ts';
import { lineCounter } from '../graph/place.ts';
import type { Language } from '../graph/sources/language.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { nodeImports } from './node-imports.ts';
import type { FollowContext } from './follow-context.ts';
import { readTemplate } from './read-template.ts';
import { followText } from './follow-text.ts';

/** Notes what a source loads, calls and opens by names that can be read, and what an application makes up while it runs. */
export const followSource = async (
  context: FollowContext,
  node: Node,
  language: Language | undefined,
): Promise<void> => {
  const { trace, libraries, relations } = context;
  const { record, config, enqueue, readText } = trace;
  const place = { file: node };
  const folder = node.parent ? `/${pathOf(node.parent)}` : '/';
  const where = { folders: [folder, homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  // What packages of the distribution start, and open, they depend on.
  const isPackage = PACKAGE_FOLDER.test(`/${pathOf(node)}`);
  const isModule =
    relations.isPackaged(node) && context.languages.some((each) => each.isModule(node));
  const isInstalled = isModule || (relations.isPackaged(node) && isPackage);
  if (!isInstalled) enqueue({ step: { does: 'source', node }, place, where });
  const text = await readText(node, MAX_SOURCE);
  if (text === undefined) return;
  for (const name of openedLibraries(text))
    for (const library of libraries.get(name) ?? [])
      if (!isInstalled || (isPackage && relations.mayUse(node, library)))
        record.need('loads', { node: library, via: [] }, place);
  const lineOf = lineCounter(text);
  const isScript = language?.name === 'script';
  if (isScript && !isPackage)
    for (const { found, at } of nodeImports(trace, node, text))
      record.need(
        'loads',
        found,
        { ...place, line: lineOf(at) },
        found.node.children !== undefined,
      );
  if (relations.isPackaged(node)) return;
  if (language)
    await followText(context, text, {
      language,
      where,
      isPackage,
      placeAt: (at) => ({ ...place, line: lineOf(at) }),
    });
};

/** Notes the same of a template of an application, which may be a text of any name. */
export const followTemplate = async (context: FollowContext, node: Node): Promise<void> => {
  const { open, config } = context.trace;
  const isPackage = PACKAGE_FOLDER.test(`/${pathOf(node)}`);
  const template = isPackage ? undefined : await readTemplate(open, node);
  if (!template) return;
  const { language, text } = template;
  const lineOf = lineCounter(text);
  await followText(context, text, {
    language,
    where: { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] },
    isPackage,
    placeAt: (at) => ({ file: node, line: lineOf(at) }),
  });
};

const MAX_SOURCE = 4 * 1024 * 1024;
