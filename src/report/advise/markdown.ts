import type { Advice, AdvisedImage, AdviseResult } from '../../api/advice.ts';
import { hideSecrets } from '../../oci/secret-values.ts';
import { formatSize } from '../format-number.ts';
import { escapeMarkdown, markdownCode, markdownDetails, markdownTable } from '../markdown.ts';
import { printable } from '../printable.ts';
import { editWords, placeWords, removedWords, sizeWords, totalWords } from './words.ts';

/** Advice for summaries and notes: a table, and below it what to write instead. */
export const adviceMarkdown = (result: AdviseResult): string[] => [
  `### ${markdownCode(result.name)}`,
  '',
  ...result.images.flatMap(imageLines),
  ...result.notes.flatMap((note) => [`> ${markdownCode(note)}`, '']),
  `<sub>${markdownCode(result.digest)}</sub>`,
];

const imageLines = (image: AdvisedImage): string[] => {
  const { platform, advice, check } = image;
  const rows = advice.map((each) => [
    escapeMarkdown(sizeWords(each)),
    `[${escapeMarkdown(each.title)}](${each.source})`,
    markdownCode(placeWords(each, image)),
  ]);
  return [
    `**${escapeMarkdown(totalWords(image))}** ${markdownCode(platform)}`,
    '',
    ...(rows.length === 0
      ? []
      : [
          ...markdownTable(['saves', 'what to change', 'where'], rows, ['right', 'left', 'left']),
          '',
        ]),
    ...advice.flatMap((each) => detailsOf(each, image)),
    `Keep it so: ${markdownCode(check)}`,
    '',
  ];
};

const detailsOf = (advice: Advice, image: AdvisedImage): string[] => {
  const { title, message, largest, edits, example } = advice;
  const removed = removedWords(advice);
  const place = placeWords(advice, image);
  return [
    ...markdownDetails(escapeMarkdown([title, place].filter((part) => part !== '').join(', ')), [
      // A message may name paths and packages of the image.
      markdownCode(message),
      '',
      ...(largest.length === 0
        ? []
        : [
            largest
              .map(
                ({ name, bytes }) => `${escapeMarkdown(formatSize(bytes))} ${markdownCode(name)}`,
              )
              .join(', '),
            '',
          ]),
      ...(removed ? [escapeMarkdown(removed), ''] : []),
      ...edits.flatMap((edit) => [
        `${escapeMarkdown(editWords(edit))}:`,
        '',
        ...codeBlock(edit.after),
        '',
      ]),
      ...(example ? [`${markdownCode(example.file)}:`, '', ...codeBlock(example.text)] : []),
    ]),
    '',
  ];
};

/** A fence that the text itself cannot close. */
const codeBlock = (text: string): string[] => {
  if (text === '') return [];
  const shown = hideSecrets(text).split('\n').map(printableLine);
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}dockerfile`, ...shown, fence];
};

/** Tabs are how some people indent. */
const printableLine = (line: string): string => line.split('\t').map(printable).join('\t');
