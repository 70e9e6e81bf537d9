import type { OpenUse } from '../api/use.ts';
import type { Confidence } from '../api/vocabulary.ts';

/** What each word of confidence says of an image. */
export const CONFIDENCE_MEANINGS: Readonly<Record<Confidence, string>> = {
  closed: 'all that the image uses could be told',
  covered: 'some of what it uses is named only while it runs, and all that it could name stays',
  open: 'some of what it may use could not be told',
};

/** `/app/run.py, line 9 starts $TOOL`. */
export const openWords = ({ place, kind, word }: OpenUse): string =>
  `${place} ${kind} ${word === '' ? '…' : word}`;
