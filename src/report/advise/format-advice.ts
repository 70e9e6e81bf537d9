import type { Advice, AdvisedImage, AdviseResult } from '../../api/advice.ts';
import { hideSecrets } from '../../oci/secret-values.ts';
import { formatSize } from '../format-number.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { wrapWords } from '../wrap-words.ts';
import { hideInEdit } from './advice-document.ts';
import { editWords, placeWords, removedWords, sizeWords, totalWords } from './words.ts';

/** Columns of prose. Lines to write keep theirs, so that they can be copied. */
const WIDTH = 96;

/** Advice for people: what, how much, where, why, and what to write instead. */
export const formatAdvice = (result: AdviseResult, palette: Palette): string[] => [
  `${palette.title(printable(result.name))} ${palette.faint(result.digest)}`,
  ...result.images.flatMap((image) => ['', ...formatImage(image, palette)]),
];

const formatImage = (image: AdvisedImage, palette: Palette): string[] => {
  const { platform, compressedSize, unpackedSize, dockerfile, advice } = image;
  const sizes = `${formatSize(compressedSize)} compressed, ${formatSize(unpackedSize)} unpacked`;
  return [
    `${palette.title(printable(platform))}  ${sizes}`,
    ...(dockerfile ? [palette.faint(fitWords(dockerfile))] : []),
    ...advice.flatMap((each) => ['', ...formatOne(each, image, palette)]),
    '',
    advice.length === 0 ? palette.good(totalWords(image)) : totalWords(image),
    palette.faint(`Keep it so: ${printable(image.check)}`),
  ];
};

const fitWords = ({
  name,
  matched,
  instructions,
}: NonNullable<AdvisedImage['dockerfile']>): string =>
  `${printable(name)}: ${matched} of ${instructions} RUN, COPY and ADD are in the history`;

const formatOne = (advice: Advice, image: AdvisedImage, palette: Palette): string[] => {
  const { title, practice, message, largest, edits, example, source } = advice;
  const { faint } = palette;
  const size = sizeWords(advice);
  const place = placeWords(advice, image);
  const files = largest.map(({ name, bytes }) => `${formatSize(bytes)} ${name}`).join(', ');
  return [
    [...(size ? [palette.warning(size)] : []), palette.title(title), faint(`(${practice})`)].join(
      '  ',
    ),
    ...indented([
      ...(place ? [`${place}  ${faint(printable(stepOf(advice)))}`] : []),
      ...wrapWords(printable(message), WIDTH),
      ...(files ? wrapWords(faint(printable(files)), WIDTH) : []),
      ...(advice.removedBy === undefined ? [] : wrapWords(removedWords(advice), WIDTH)),
      ...edits
        .map(hideInEdit)
        .flatMap((edit) => [
          faint(`${editWords(edit)}:`),
          ...(edit.after === '' ? [] : codeOf(edit.after)),
        ]),
      ...(example
        ? [faint(`${printable(example.file)}:`), ...codeOf(hideSecrets(example.text))]
        : []),
      faint(source),
    ]),
  ];
};

const stepOf = ({ place }: Advice): string => {
  const step = place?.step ?? '';
  return step.length > STEP ? `${step.slice(0, STEP - 1)}…` : step;
};

/** Characters of a step that are shown: the rest is in the file. */
const STEP = 72;

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

const codeOf = (text: string): string[] => indented(text.split('\n').map(printable));
