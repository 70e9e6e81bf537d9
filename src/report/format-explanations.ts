import type { Explanation, ImageReport, RuleTotal } from '../api/results.ts';
import { formatCounted, formatSize } from './format-number.ts';
import { formatLayerName } from '../oci/layer-names.ts';
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
  const { path, verdict, rule, reason, layer, source, usedBy, transforms = [] } = explanation;
  const { taken = [], left, atLean = [] } = explanation;
  const facts: Fact[] = [
    ['why', reason],
    ['rule', rule],
    ['layer', layer && formatLayerName(layer).replace(/^layer /, '')],
    ['used', usedBy],
    ['see', source],
    ...transforms.map((text): Fact => ['size', text]),
    ...taken.map((each): Fact => ['goes', formatRuleTotal(each)]),
    ['stays', left && formatFiles(left)],
    ...atLean.map((each): Fact => ['lean', `takes ${formatRuleTotal(each)}`]),
  ];
  return [
    `${palette.title(printable(path))} is ${paintVerdict(verdict, palette)}${heading}`,
    ...facts.flatMap(([name, text]) =>
      text === undefined ? [] : [`  ${palette.faint(name.padEnd(5))}  ${printable(text)}`],
    ),
  ].join('\n');
};

type Fact = [name: string, text: string | undefined];

/** `9 files, 87.3 MB: base/package-lists (lists of packages that apt can fetch again)`. */
const formatRuleTotal = (total: RuleTotal): string =>
  `${formatFiles(total)}: ${total.rule} (${total.reason})`;

const formatFiles = ({ files, bytes }: Pick<RuleTotal, 'files' | 'bytes'>): string =>
  `${formatCounted(files, 'file')}, ${formatSize(bytes)}`;

const paintVerdict = (verdict: Explanation['verdict'], { good, bad, warning }: Palette): string =>
  ({ kept: good, dropped: bad, absent: warning })[verdict](verdict);
