import type { PageImage, PageReason, PageState, PageVerdicts } from '../api/page-document.ts';
import type { Files } from './data/files.ts';

/** An image as it is shown: its files, and what becomes of them. */
export interface View {
  readonly image: PageImage;
  readonly files: Files;
  readonly verdicts: PageVerdicts;
}

export const stateOf = ({ image, verdicts }: View, file: number): PageState =>
  image.states[verdicts.states[file] as number] as PageState;

export const reasonOf = ({ verdicts }: View, file: number): PageReason | undefined =>
  verdicts.reasonList[(verdicts.reasons[file] as number) - 1];

const textAt = ({ files }: View, number: number | undefined): string =>
  files.texts[(number ?? 0) - 1] ?? '';

export const usedText = (view: View, file: number): string => textAt(view, view.files.used[file]);

export const wastedText = (view: View, file: number): string =>
  textAt(view, view.files.wasted[file]);

/** Why a file is in its state, in one line. */
export const whyText = (view: View, file: number): string => {
  const reason = reasonOf(view, file)?.text ?? '';
  const { id } = stateOf(view, file);
  if (id === 'wasted') return wastedText(view, file);
  if (reason !== '') return reason;
  return usedText(view, file) || (id === 'kept' ? 'no rule is about it' : '');
};

export const layerText = ({ image, files }: View, file: number): string => {
  const number = files.layers[file] as number;
  if (number === 0) return '';
  const step = image.layers[number - 1]?.step ?? '';
  return `layer ${number}${step === '' ? '' : `: ${step}`}`;
};

export const packageText = ({ image, files }: View, file: number): string => {
  const found = image.packages[(files.packages[file] as number) - 1];
  return found ? `${found.name} ${found.version} (${found.type})` : '';
};
