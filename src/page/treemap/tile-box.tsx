import { formatSize } from '../../report/format-number.ts';
import { nameOf } from '../data/files.ts';
import { statesOf, type Group } from '../data/groups.ts';
import { stateOf, type View } from '../view.ts';
import { isChain, nameWithin, type Tile } from './layout.ts';

interface TileBoxProps {
  readonly tile: Tile;
  readonly at: number;
  readonly view: View;
  /** The group that is shown. */
  readonly outer: Group;
  /** Pixels of the whole treemap. */
  readonly shownWidth: number;
  /** What a screen reader says; only of tiles that the keyboard goes to. */
  readonly label: string | undefined;
  readonly isCurrent: boolean;
  readonly onFocus: (event: { readonly currentTarget: HTMLElement }) => void;
  readonly onBlur: () => void;
}

/** One rectangle. Those in others are for the eye and the mouse: whoever uses the keyboard opens the outer one. */
export const TileBox = ({
  tile,
  at,
  view,
  outer,
  shownWidth,
  label,
  isCurrent,
  onFocus,
  onBlur,
}: TileBoxProps) => {
  const { x, y, width, height, isOpen, item } = tile;
  // In percent, so that paper of another width has the whole treemap.
  const part = (pixels: number): string => `${(pixels / shownWidth) * 100}%`;
  const style = { left: part(x), top: `${y}px`, width: part(width), height: `${height}px` };
  const name = shownName(tile, view, outer);
  const content = (
    <>
      {!isOpen && <Fill tile={tile} view={view} />}
      {width > 40 && height > 17 && (
        <span class="tile-label">
          <bdi>{name}</bdi>
          {width > 90 && <span class="tile-size"> {formatSize(item.bytes)}</span>}
        </span>
      )}
    </>
  );
  const kind = `tile ${item.kind}${isOpen ? ' open' : ''}`;
  if (label === undefined)
    return (
      <span class={kind} style={style} data-tile={at} aria-hidden="true">
        {content}
      </span>
    );
  return (
    <button
      type="button"
      class={kind}
      style={style}
      data-tile={at}
      aria-label={label}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={onFocus}
      onBlur={onBlur}
    >
      {content}
    </button>
  );
};

/** What a tile is called where it lies. */
export const shownName = ({ item }: Tile, { files }: View, outer: Group): string => {
  if (item.kind === 'file') return nameOf(files.paths[item.file] as string);
  if (item.kind === 'rest') return `${item.count} more`;
  const { group } = item;
  // Folders without other contents are drawn as the one in them.
  let above = group.parent as Group;
  while (above !== outer && above.parent && isChain(above)) above = above.parent;
  return nameWithin(group, above);
};

/** The states of what a tile stands for, side by side. */
const Fill = ({ tile: { item }, view }: Pick<TileBoxProps, 'tile' | 'view'>) => {
  const { states } = view.image;
  if (item.kind === 'file') return <span class={`fill state ${stateOf(view, item.file).id}`} />;
  const bytes = bytesByState(item, view);
  return (
    <span class="fill">
      {states.map(
        ({ id }, at) =>
          (bytes[at] ?? 0) > 0 && (
            <span key={id} class={`state ${id}`} style={{ flexGrow: bytes[at] as number }} />
          ),
      )}
    </span>
  );
};

export const bytesByState = (item: Tile['item'], { files, verdicts }: View): number[] => {
  if (item.kind === 'group') return statesOf(item.group, files, verdicts.states);
  const bytes: number[] = [];
  for (const file of item.kind === 'rest' ? item.files : [item.file]) {
    const state = verdicts.states[file] as number;
    bytes[state] = (bytes[state] ?? 0) + (files.sizes[file] as number);
  }
  return bytes;
};
