import type { Decision } from '../../../index.ts';
import { showPath } from '../../../base/byte-path.ts';
import { FILE_TYPES } from '../../../api/explored.ts';
import { RULE_LEVELS } from '../../../api/vocabulary.ts';
import { formatCounted, formatSize } from '../../../report/format-number.ts';
import { printable } from '../../../report/printable.ts';
import { wrapWords } from '../../../report/wrap-words.ts';
import { ROOT, type Files } from '../model/files.ts';
import { selected, type State } from '../model/state.ts';
import { cut, line, span, type Line } from './line.ts';

/** All that is known of the selected name: `height` lines. */
export const drawDetails = (state: State, height: number, columns: number): Line[] => {
  const at = selected(state);
  const facts: [name: string, text: string][] = [
    ['', describe(state, at)],
    ...wasteOf(state.files, at),
    ...whyMarked(state, at),
    ...verdictsOf(state.files, at),
    ...usedBy(state.files, at),
    ...originOf(state.files, at),
  ];
  const lines = facts.flatMap(([name, text]) =>
    wrapWords(printable(text), columns - 9, 0).map((part, index) => {
      const label = index === 0 ? name : '';
      return name === ''
        ? line(span(cut(part, columns), index === 0 ? 'title' : 'plain'))
        : line(span(label.padStart(7), 'faint'), span(`  ${cut(part, columns - 9)}`));
    }),
  );
  const shown =
    lines.length > height ? [...lines.slice(0, height - 1), line(span('      …'))] : lines;
  return [...shown, ...Array.from({ length: height - shown.length }, () => line(span('')))];
};

const describe = ({ files, listing }: State, at: number): string => {
  const { tree, isFolder, pathOf } = files;
  const target = tree.targets.get(at);
  const contents = isFolder(at)
    ? `${formatSize(listing.bytes[at] as number)} in ${formatCounted(listing.counts[at] as number, 'file')}`
    : formatSize(tree.sizes[at] as number);
  const mode = (tree.modes[at] as number).toString(8).padStart(4, '0');
  const type = FILE_TYPES[tree.types[at] as number] ?? 'file';
  return [
    `${showPath(pathOf(at))}${target === undefined ? '' : ` → ${target}`}`,
    `${type} ${mode} ${tree.uids[at]}:${tree.gids[at]}`,
    contents,
  ].join('  ');
};

/** The layer with its step, and the package. */
const originOf = ({ image, tree }: Files, at: number): [string, string][] => {
  const layer = image.analysis.layers[(tree.layers[at] as number) - 1];
  const owner = image.analysis.packages[tree.packages[at] as number];
  const first = tree.hardLinks.get(at);
  return [
    ...(at !== ROOT && layer
      ? [['layer', `${layer.number} of ${layer.count}  ${layer.step ?? ''}`] as [string, string]]
      : []),
    ...(owner
      ? [['package', `${owner.name} ${owner.version} (${owner.type})`] as [string, string]]
      : []),
    ...(first === undefined
      ? []
      : [['link', 'another name of a file that is counted elsewhere'] as [string, string]]),
  ];
};

const wasteOf = ({ tree, image }: Files, at: number): [string, string][] => {
  const waste = tree.wasted.get(at);
  const hiddenBy = tree.hiddenBy[at] as number;
  const step = image.analysis.layers[hiddenBy - 1]?.step;
  const by = `layer ${hiddenBy}${step === undefined ? '' : ` (${step})`}`;
  if (waste?.reason === 'copies') return [['wasted', `the same contents as ${waste.copyOf ?? ''}`]];
  if (hiddenBy === 0) return [];
  if (waste?.reason === 'metadata') {
    const { changes = [] } = waste;
    const what = changes.length === 0 ? 'nothing' : `only ${changes.join(' and ')}`;
    return [['wasted', `${what} changed in ${by}, which stores it again`]];
  }
  return [
    [
      'wasted',
      `${by} ${tree.replaced[at] === 1 ? 'replaces' : 'deletes'} it; it is still downloaded`,
    ],
  ];
};

const whyMarked = ({ effect, marks, files }: State, at: number): [string, string][] => {
  const mark = effect.marked.get(at);
  const pinned = files.tree.pinned.get(at);
  const stays: [string, string][] = pinned === undefined ? [] : [['stays', pinned]];
  if (!mark) return stays;
  const source = marks.has(at) ? 'marked here' : 'by a folder above, or by the settings file';
  return [...stays, [mark, source]];
};

/** What each level decides; once where all decide the same. */
const verdictsOf = ({ tree }: Files, at: number): [string, string][] => {
  if ((tree.hiddenBy[at] as number) > 0 || at === ROOT) return [];
  const decisions = RULE_LEVELS.map(
    (level) => [level, tree.decisions[tree.verdicts[level][at] as number]] as const,
  );
  const [first] = decisions;
  const same = decisions.every(([, decision]) => decision === first?.[1]);
  const shown = same ? decisions.slice(0, 1) : decisions;
  return shown.map(([level, decision]) => [same ? 'levels' : level, showDecision(decision)]);
};

const showDecision = (decision: Decision | undefined): string => {
  if (!decision) return 'stays: no rule is about it';
  const { action, id, reason, source } = decision;
  const where = source === undefined ? '' : ` [${source}]`;
  return `${action === 'drop' ? 'goes' : 'stays'}: ${reason} (${id})${where}`;
};

/** The chain from the image's config to the name. */
const usedBy = ({ tree, pathOf }: Files, at: number): [string, string][] => {
  const steps: string[] = [];
  for (let to = at; (tree.users[to] as number) >= -1 && steps.length < MOST_STEPS;) {
    steps.unshift(`${tree.usages[tree.usedHow[to] as number]} ${showPath(pathOf(to))}`);
    to = tree.users[to] as number;
    if (to === -1) break;
  }
  return steps.length === 0 ? [] : [['used', steps.join('; ')]];
};

/** Longer chains than this are not shown in full. */
const MOST_STEPS = 12;
