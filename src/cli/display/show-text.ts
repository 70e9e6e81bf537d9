import { createPalette, wantsColour, type Palette } from '../../report/palette.ts';
import { writeLines } from './output.ts';

/** Writes lines for people, in colours where the stream shows them. */
export const showText = (
  stream: NodeJS.WriteStream,
  linesIn: (palette: Palette) => readonly string[],
): Promise<void> => {
  const palette = createPalette(wantsColour(stream, process.env));
  return writeLines(
    stream,
    linesIn(palette).map((line) => `${line}\n`),
  );
};
