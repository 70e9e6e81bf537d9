import { baseOf } from '../base/byte-path.ts';
import { openedLibraries } from '../graph/files/opened-libraries.ts';
import { languageOf } from '../graph/sources/language.ts';
import type { FollowContext } from './follow-context.ts';
import { followText } from './follow-text.ts';
import { importsFrom } from './node-imports.ts';

/** Notes what code loads, starts and opens that is no file: texts on command lines, and what interpreters get as their input. */
export const followCodes = async (context: FollowContext): Promise<void> => {
  const { trace, libraries, codes } = context;
  const { record } = trace;
  for (; codes.next < record.codes.length; codes.next++) {
    const code = record.codes[codes.next];
    if (!code) return;
    const { interpreter, text, place, where } = code;
    const language = languageOf('', [baseOf(interpreter)]);
    for (const name of openedLibraries(text))
      for (const node of libraries.get(name) ?? []) record.need('loads', { node, via: [] }, place);
    if (language?.name === 'script')
      for (const { found } of importsFrom(trace, where.folders[0] ?? '/', text))
        record.need('loads', found, place, found.node.children !== undefined);
    if (language)
      await followText(context, text, {
        language,
        where,
        isPackage: false,
        placeAt: () => place,
      });
  }
};
