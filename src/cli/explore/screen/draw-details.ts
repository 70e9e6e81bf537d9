import type { Decision } from '../../../index.ts';
import { showPath } from '../../../base/byte-path.ts';
import { FILE_TYPES } from '../../../api/explored.ts';
import { LEVELS, type Level } from '../../../api/vocabulary.ts';
import { formatCounted, formatSize } from '../../../report/format-number.ts';
import { printable } from '../../../report/printable.ts';
import { CONFIDENCE_MEANINGS, openWords } from '../../../report/use-words.ts';
import { ROOT, type Files } from '../model/files.ts';
import { openPlaces } from '../model/open-places.ts';
import { selected, type State } from '../model/state.ts';
import { line, span, wrapText, type Line } from './line.ts';

/** All that is known of the selected name: `height` lines. */
export const drawDetails = (state: State, height: number, columns: number): Line[] => {
  const at = selected(state);
  const facts: [name: string, text: string][] = [
    ['', describe(state, at)],
    ...wasteOf(state.files, at),
    ...whyMarked(state, at),
    ...verdictsOf(state, at),
    ...sureness(state.files, at),
    ...openAt(state.files, at),
    ...usedBy(state.files, at),
    ...originOf(state.files, at),
  ];
  const lines = facts.flatMap(([name, text]) =>
    wrapText(printable(text), columns - 9).map((part, index) => {
      const label = index === 0 ? name : '';
      return name === ''
        ? line(span(part, index === 0 ? 'title' : 'plain'))
        : line(span(label.padStart(7), 'faint'), span(`  ${part}`));
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

/** What each level decides; levels that decide the same, once. */
const verdictsOf = ({ files, isDeciding }: State, at: number): [string, string][] => {
  if ((files.tree.hiddenBy[at] as number) > 0 || at === ROOT) return [];
  const known = LEVELS.filter((level) => level !== 'minimal' || files.minimal);
  const groups: { readonly levels: Level[]; readonly text: string }[] = [];
  for (const level of known) {
    const text = showDecision(files.decisionAt(level, at));
    const last = groups.at(-1);
    if (last?.text === text) last.levels.push(level);
    else groups.push({ levels: [level], text });
  }
  return [
    ...groups.map(({ levels, text }): [string, string] => [labelOf(levels), text]),
    ...(isDeciding ? ([['minimal', 'deciding…']] as [string, string][]) : []),
  ];
};

const labelOf = (levels: readonly Level[]): string => {
  if (levels.length === LEVELS.length) return 'levels';
  if (levels.length === 1) return levels[0] as Level;
  return levels[0] === LEVELS[0] ? `≤ ${levels.at(-1)}` : `≥ ${levels[0]}`;
};

const showDecision = (decision: Decision | undefined): string => {
  if (!decision) return 'stays: no rule is about it';
  const { action, id, reason, source } = decision;
  const rule = id === '' ? '' : ` (${id})`;
  const where = source === undefined ? '' : ` [${source}]`;
  return `${action === 'drop' ? 'goes' : 'stays'}: ${reason}${rule}${where}`;
};

/** Of the image as a whole: how sure it is that nothing is missing at `minimal`. */
const sureness = ({ minimal }: Files, at: number): [string, string][] => {
  if (at !== ROOT || !minimal) return [];
  const { use, obstacle = '' } = minimal;
  if (!use) return [['minimal', `does what lean does: ${obstacle}`]];
  return [['minimal', `${use.confidence}: ${CONFIDENCE_MEANINGS[use.confidence]}`]];
};

/** What a file says that is only known while it runs; with the root all there is. */
const openAt = (files: Files, at: number): [string, string][] => {
  const open = at === ROOT ? (files.minimal?.use?.open ?? []) : (openPlaces(files).get(at) ?? []);
  return open.map((use) => [use.covered ? 'covered' : 'open', openWords(use)]);
};

/** The chain from the image's config to the name: by all that is known of the use of the image. */
const usedBy = ({ tree, minimal, pathOf }: Files, at: number): [string, string][] => {
  const { users, usages, usedHow } = minimal ?? tree;
  const steps: string[] = [];
  for (let to = at; (users[to] as number) >= -1 && steps.length < MOST_STEPS;) {
    steps.unshift(`${usages[usedHow[to] as number]} ${showPath(pathOf(to))}`);
    to = users[to] as number;
    if (to === -1) break;
  }
  return steps.length === 0 ? [] : [['used', steps.join('; ')]];
};

/** Longer chains than this are not shown in full. */
const MOST_STEPS = 12;
