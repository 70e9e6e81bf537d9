import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCounted, formatSize } from '../../report/format-number.ts';
import { findGroup, groupFiles, GROUPINGS, type Group } from '../data/groups.ts';
import { usePlace } from '../data/place.ts';
import type { View } from '../view.ts';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { isChain, layOut, type Tile } from './layout.ts';
import { TileBox } from './tile-box.tsx';
import { describeTile, Tooltip, type Pointed } from './tooltip.tsx';
import { useWidth } from './use-width.ts';

interface TreemapProps {
  readonly view: View;
  /** A file was clicked. */
  readonly onSelect: (file: number) => void;
}

const LABELS = { folder: 'Folders', package: 'Packages', layer: 'Layers' };

/** Where the bytes are: rectangles as large as what they stand for. */
export const Treemap = ({ view, onSelect }: TreemapProps) => {
  const [place, go] = usePlace();
  const { image, files } = view;
  const root = useMemo(
    () => groupFiles(image, files, place.grouping),
    [image, files, place.grouping],
  );
  const group = useMemo(() => findGroup(root, place.key), [root, place.key]);
  return (
    <section aria-labelledby="treemap">
      <div class="section-head">
        <h2 id="treemap">Where the bytes are</h2>
        <div class="choices" role="group" aria-label="Group files by">
          {GROUPINGS.filter((each) => each !== 'layer' || image.layers.length > 0).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === place.grouping}
              onClick={() => go({ grouping: each, key: '' })}
            >
              {LABELS[each]}
            </button>
          ))}
        </div>
      </div>
      <Breadcrumbs group={group} grouping={place.grouping} />
      <Tiles
        view={view}
        group={group}
        onOpen={(next) => go({ ...place, key: next.key })}
        onSelect={onSelect}
      />
    </section>
  );
};

interface TilesProps extends TreemapProps {
  readonly group: Group;
  readonly onOpen: (group: Group) => void;
}

const Tiles = ({ view, group, onOpen, onSelect }: TilesProps) => {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const height = width < 600 ? 420 : 520;
  const { files } = view;
  const tiles = useMemo(() => layOut(group, files, width, height), [group, files, width, height]);
  const [pointed, point] = useState<Pointed>();
  const [current, setCurrent] = useState(0);
  /** Whether the keyboard opened the group, so that its first tile gets the focus. */
  const byKeyboard = useRef(false);
  const tops = tiles.filter(({ depth }) => depth === 1);

  // Before a key can be pressed that would go nowhere, since the tile with the focus is gone.
  useLayoutEffect(() => {
    setCurrent(0);
    point(undefined);
    if (byKeyboard.current) focusOn(box.current, 0);
    byKeyboard.current = false;
  }, [group]);

  const open = ({ item }: Tile): void => {
    if (item.kind === 'group') onOpen(item.group);
    else if (item.kind === 'file') onSelect(item.file);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextTile(event.key, current, tops.length);
    if (next !== undefined) {
      setCurrent(next);
      focusOn(box.current, next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      byKeyboard.current = true;
      open(tops[current] as Tile);
    } else if (event.key === 'Backspace' && group.parent) {
      byKeyboard.current = true;
      onOpen(drawnAbove(group.parent));
    } else if (event.key === 'Escape') point(undefined);
    else return;
    event.preventDefault();
  };
  const tileUnder = (event: Event): number | undefined => {
    const at = (event.target as Element).closest<HTMLElement>('[data-tile]')?.dataset['tile'];
    return at === undefined ? undefined : Number(at);
  };

  return (
    <>
      <p class="unseen" id="treemap-keys">
        Arrow keys go from one to the next, Enter opens, Backspace goes back up.
      </p>
      <div
        ref={box}
        class="treemap"
        style={{ height: `${height}px` }}
        role="group"
        aria-label={`${group.name === '' ? 'Everything' : group.name}: ${formatSize(group.bytes)} in ${formatCounted(group.count, 'file')}`}
        aria-describedby="treemap-keys"
        onKeyDown={onKeyDown}
        onPointerMove={(event) => {
          const at = tileUnder(event);
          point(
            at === undefined
              ? undefined
              : { tile: tiles[at] as Tile, x: event.clientX, y: event.clientY },
          );
        }}
        onPointerLeave={() => point(undefined)}
        onClick={(event) => {
          const at = tileUnder(event);
          if (at !== undefined && event.detail > 0) open(tiles[at] as Tile);
        }}
      >
        {tiles.map((tile, at) => {
          const top = tops.indexOf(tile);
          return (
            <TileBox
              key={`${group.key}/${at}`}
              tile={tile}
              at={at}
              view={view}
              outer={group}
              shownWidth={width}
              label={top < 0 ? undefined : describeTile(tile, group, view)}
              isCurrent={top === current}
              onFocus={({ currentTarget }) => {
                setCurrent(top);
                const { left, bottom } = currentTarget.getBoundingClientRect();
                if (currentTarget.matches(':focus-visible'))
                  point({ tile, x: left, y: bottom - 16 });
              }}
              onBlur={() => point(undefined)}
            />
          );
        })}
        {tiles.length === 0 && width > 0 && <p class="empty">Nothing here has contents.</p>}
      </div>
      {pointed && <Tooltip pointed={pointed} view={view} outer={group} />}
    </>
  );
};

const focusOn = (box: HTMLElement | null, at: number): void =>
  // After it is drawn.
  void requestAnimationFrame(() => box?.querySelectorAll<HTMLElement>('button')[at]?.focus());

/** The group itself, or what is drawn as it: the one above it that holds more. */
const drawnAbove = (group: Group): Group =>
  group.parent && isChain(group) ? drawnAbove(group.parent) : group;

const nextTile = (key: string, at: number, count: number): number | undefined => {
  if (key === 'ArrowRight' || key === 'ArrowDown') return Math.min(count - 1, at + 1);
  if (key === 'ArrowLeft' || key === 'ArrowUp') return Math.max(0, at - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
};
