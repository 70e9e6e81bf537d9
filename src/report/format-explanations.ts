import type { Explanation, ImageReport } from '../api/results.ts';
import { PLAIN, type Palette } from './palette.ts';
import { printable } from './printable.ts';

/** What happens to each path that was asked about, and why. */
export const formatExplanations = (
  images: readonly Pick<ImageReport, 'platform' | 'explanations'>[],
  palette: Palette = PLAIN,
): string =>
  images
    .flatMap(({ platform, explanations }) => {
      const heading = images.length > 1 ? ` ${palette.faint(`on ${printable(platform)}`)}` : '';
      return explanations.map((explanation) => formatExplanation(explanation, heading, palette));
    })
    .join('\n\n');

const formatExplanation = (explanation: Explanation, heading: string, palette: Palette): string => {
  const { path, verdict, rule, reason, layer, source, transforms = [] } = explanation;
  const facts: [string, string | undefined][] = [
    ['why', reason],
    ['rule', rule],
    ['layer', layer === undefined ? undefined : String(layer)],
    ['see', source],
    ...transforms.map((text) => ['size', text] as [string, string]),
  ];
  return [
    `${palette.title(printable(path))} is ${paintVerdict(verdict, palette)}${heading}`,
    ...facts.flatMap(([name, text]) =>
      text === undefined ? [] : [`  ${palette.faint(name.padEnd(5))}  ${printable(text)}`],
    ),
  ].join('\n');
};

const paintVerdict = (verdict: Explanation['verdict'], { good, bad, warning }: Palette): string =>
  ({ kept: good, dropped: bad, absent: warning })[verdict](verdict);
