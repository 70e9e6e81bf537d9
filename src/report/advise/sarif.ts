import type { Advice, AdvisedImage, AdviseResult } from '../../api/advice.ts';
import { hideSecrets } from '../../oci/secret-values.ts';
import { imageLabel } from '../image-label.ts';
import { sarifLog, type SarifResult, type SarifRule } from '../sarif.ts';
import { editWords, sizeWords } from './words.ts';

/** Characters of the text to write that a message has room for. */
const MOST_CODE = 500;

/** Advice as a log of static analysis results, at the lines of the Dockerfile: one for each piece. */
export const adviceSarif = (result: AdviseResult): object => {
  const { image: label } = imageLabel(result.name);
  const all = result.images.flatMap((image) => image.advice.map((advice) => ({ advice, image })));
  const rules = new Map(all.map(({ advice }) => [advice.practice, ruleOf(advice)]));
  return sarifLog({
    category: `advise/${label}`,
    rules: [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    results: all.map(({ advice, image }) => resultOf(advice, image, label)),
  });
};

const ruleOf = ({ practice, title, source }: Advice): SarifRule => ({
  id: practice,
  summary: `${title}.`,
  help: `${title}: ${source}`,
  helpUri: source,
  level: 'note',
});

const resultOf = (advice: Advice, image: AdvisedImage, label: string): SarifResult => {
  const { practice, message, bytes, place } = advice;
  const { platform, dockerfile } = image;
  const size = sizeWords(advice);
  const line = dockerfile && place?.line;
  return {
    rule: practice,
    level: bytes > 0 ? 'warning' : 'note',
    message: [`${size ? `${size}: ` : ''}${message}`, ...codeOf(advice)].join(' '),
    location:
      line === undefined
        ? { path: label, part: platform }
        : {
            path: dockerfile?.name ?? label,
            line,
            endLine: place?.endLine ?? line,
            part: platform,
          },
    identity: [platform, place?.step ?? ''],
  };
};

/**
 * What to write, as far as it fits: half an instruction helps nobody. A message is one line, so that what only
 * several lines can say is left to the other formats.
 */
const codeOf = ({ edits }: Advice): string[] => {
  const parts = edits
    .map((edit) => `${editWords(edit)}: ${edit.after.replaceAll(/\s*\\\n\s*/g, ' ')}`)
    .filter((part) => !part.includes('\n'))
    .map(hideSecrets);
  let length = 0;
  return parts.filter((part) => (length += part.length) <= MOST_CODE);
};
