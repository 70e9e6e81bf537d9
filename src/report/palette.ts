import type { Environment } from '../base/home-folder.ts';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];
type Paint = (text: string) => string;

/** The few styles reports use, by meaning. */
export interface Palette {
  readonly title: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
}

/** Paints with terminal colours, or with `colour: false` leaves text as it is. */
export const createPalette = (colour: boolean): Palette => {
  const paint = (format: Format): Paint =>
    // The decision is made already: styleText shall not ask a stream again.
    colour ? (text) => styleText(format, text, { validateStream: false }) : (text) => text;
  return {
    title: paint('bold'),
    faint: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    warning: paint('yellow'),
  };
};

/** Text without colours. */
export const PLAIN: Palette = createPalette(false);

/**
 * Whether to write colours to a stream. FORCE_COLOR decides first, then NO_COLOR, then the terminal.
 * @see https://no-color.org
 */
export const wantsColour = (
  stream: { readonly isTTY?: boolean | undefined },
  env: Environment,
): boolean => {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
  if (force !== undefined) return force !== '0' && force !== 'false';
  return !no && term !== 'dumb' && stream.isTTY === true;
};
