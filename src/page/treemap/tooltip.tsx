import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatCounted, formatShare, formatSize } from '../../report/format-number.ts';
import type { Group } from '../data/groups.ts';
import { layerText, packageText, stateOf, whyText, type View } from '../view.ts';
import type { Tile } from './layout.ts';
import { bytesByState, shownName } from './tile-box.tsx';

/** A tile that the mouse or the keyboard is at, and where on the screen that is. */
export interface Pointed {
  readonly tile: Tile;
  readonly x: number;
  readonly y: number;
}

interface TooltipProps {
  readonly pointed: Pointed;
  readonly view: View;
  readonly outer: Group;
}

/** Says what a tile stands for. */
export const Tooltip = ({ pointed: { tile, x, y }, view, outer }: TooltipProps) => {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  useLayoutEffect(() => {
    const { offsetWidth = 0, offsetHeight = 0 } = box.current ?? {};
    const { clientWidth, clientHeight } = document.documentElement;
    const below = y + 18;
    setPlace({
      left: Math.max(8, Math.min(x + 14, clientWidth - offsetWidth - 8)),
      top: below + offsetHeight > clientHeight ? Math.max(8, y - offsetHeight - 10) : below,
    });
  }, [tile, x, y]);
  return (
    <div
      ref={box}
      class="tooltip"
      role="tooltip"
      style={{ left: `${place.left}px`, top: `${place.top}px` }}
    >
      <strong class="path">
        <bdi>{fullName(tile, view, outer)}</bdi>
      </strong>
      <p>
        {formatSize(tile.item.bytes)} · {formatShare(tile.item.bytes, outer.bytes)} of what is shown
        {tile.item.kind !== 'file' && ` · ${formatCounted(countOf(tile), 'file')}`}
      </p>
      {tile.item.kind === 'file' ? (
        <FileLines file={tile.item.file} view={view} />
      ) : (
        <States tile={tile} view={view} />
      )}
    </div>
  );
};

const FileLines = ({ file, view }: { readonly file: number; readonly view: View }) => {
  const { id, label } = stateOf(view, file);
  const why = whyText(view, file);
  const layer = layerText(view, file);
  const owner = packageText(view, file);
  return (
    <>
      <p>
        <span class={`swatch state ${id}`} aria-hidden="true" /> {label}
        {why !== '' && `: ${why}`}
      </p>
      {layer !== '' && <p class="detail">{layer}</p>}
      {owner !== '' && <p class="detail">package {owner}</p>}
    </>
  );
};

const States = ({ tile, view }: { readonly tile: Tile; readonly view: View }) => {
  const bytes = bytesByState(tile.item, view);
  return (
    <ul>
      {view.image.states.map(
        ({ id, label }, at) =>
          (bytes[at] ?? 0) > 0 && (
            <li key={id}>
              <span class={`swatch state ${id}`} aria-hidden="true" /> {label}{' '}
              {formatSize(bytes[at] as number)}
            </li>
          ),
      )}
    </ul>
  );
};

const countOf = ({ item }: Tile): number => {
  if (item.kind === 'group') return item.group.count;
  return item.kind === 'rest' ? item.count : 1;
};

const fullName = (tile: Tile, view: View, outer: Group): string => {
  const { item } = tile;
  if (item.kind === 'file') return view.files.paths[item.file] as string;
  return item.kind === 'rest'
    ? formatCounted(item.count, 'smaller file')
    : shownName(tile, view, outer);
};

/** What a screen reader says of a tile. */
export const describeTile = (tile: Tile, outer: Group, view: View): string => {
  const { item } = tile;
  const bytes = bytesByState(item, view);
  const states = view.image.states.flatMap(({ id, label }, at) =>
    (bytes[at] ?? 0) > 0 && id !== 'kept'
      ? [`${label.toLowerCase()} ${formatSize(bytes[at] as number)}`]
      : [],
  );
  // What is seen comes first, as those who say what they click need it.
  return [
    `${shownName(tile, view, outer)} ${formatSize(item.bytes)}`,
    item.kind === 'file' ? 'file' : formatCounted(countOf(tile), 'file'),
    formatShare(item.bytes, outer.bytes),
    ...states,
  ].join(', ');
};
