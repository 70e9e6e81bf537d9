import { parentOf } from '../../base/byte-path.ts';
import { pathOf, typeOf } from '../../tree/node.ts';
import { linesOf } from '../formats/settings.ts';
import { STAR, ONE } from '../word.ts';
import { isBinary } from './look-into-text.ts';
import { filesNamed } from './name-files.ts';
import type { Step, Trace, Where } from './state.ts';

/** Starts the command lines that lines of settings hold. Comments hold none. */
export const startFromLines = async (
  trace: Trace,
  { path, patterns }: Extract<Step, { does: 'lines' }>,
  where: Where,
): Promise<void> => {
  const expressions = patterns.map((each) => new RegExp(each, 'gi'));
  for (const { node } of filesNamed(trace, path, where)) {
    const text = typeOf(node) === 'file' ? await trace.readText(node, MAX_SIZE) : undefined;
    if (text === undefined || isBinary(text)) continue;
    const folders = [`/${parentOf(pathOf(node))}`, ...where.folders];
    const inside: Where = { ...where, folders };
    let section = '';
    for (const [line, raw] of linesOf(text)) {
      if (/^\s*[#;]/.test(raw)) continue;
      section = /^\s*\[[^\]]*\]/.exec(raw)?.[0].trim() ?? section;
      const place = { file: node, line };
      const subject = raw.trim().startsWith('[') ? raw.trim() : `${section} ${raw.trim()}`;
      for (const { 0: all, groups = {} } of expressions.flatMap((each) => [
        ...subject.matchAll(each),
      ])) {
        const { line: command, file } = groups;
        if (command !== undefined)
          trace.enqueue({
            step: { does: 'run', words: ['sh', '-c', plainLine(command)] },
            place,
            where: inside,
          });
        else if (file === undefined)
          trace.record.leaveOpen({ kind: 'starts', place, word: all.trim(), isCovered: false });
        else
          for (const each of file.split(/\s+/))
            trace.enqueue({
              step: { does: 'lines', path: pathIn(trace, each), patterns },
              place,
              where: inside,
            });
      }
    }
  }
};

const MAX_SIZE = 1024 * 1024;

/** Without quotes around all of it, and without signs by which settings tell command lines from names. */
const plainLine = (text: string): string =>
  text
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace(/^[|!-]+\s*/, '')
    .replaceAll(String.raw`\"`, '"')
    .replaceAll(String.raw`\ `, ' ');

const pathIn = ({ environment }: Trace, path: string): string =>
  path
    .replaceAll(/^["']|["']$/g, '')
    .replace(/^~(?=\/)/, environment.get('HOME')?.[0]?.join(' ') ?? '/root')
    .replaceAll('*', STAR)
    .replaceAll('?', ONE);
