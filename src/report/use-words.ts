import type { OpenUse, UseReport } from '../api/use.ts';
import type { Confidence } from '../api/vocabulary.ts';

/** What each word of confidence says of an image. */
export const CONFIDENCE_MEANINGS: Readonly<Record<Confidence, string>> = {
  closed: 'all that the image uses could be told',
  covered: 'some of what it uses is named only while it runs, and all that it could name stays',
  open: 'some of what it may use could not be told',
};

/** From so many bytes on, what only one program needs is worth a thought. */
const WORTH_SAYING = 500_000;

/** The programs and libraries that cost more than a little. */
export const largeCosts = ({ costs }: Pick<UseReport, 'costs'>): UseReport['costs'] =>
  costs.filter(({ bytes }) => bytes >= WORTH_SAYING);

/** `/app/run.py, line 9 starts $TOOL`. */
export const openWords = ({ place, kind, word }: OpenUse): string =>
  `${place} ${kind} ${word === '' ? '…' : word}`;
