import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** A column of a table whose rows are positions in some list. */
export interface Column<Key extends string> {
  readonly key: Key;
  readonly label: string;
  readonly isNumber?: boolean;
  readonly cell: (row: number) => ComponentChildren;
}

export interface Sorting<Key extends string> {
  readonly key: Key;
  readonly isDescending: boolean;
}

interface GridProps<Key extends string> {
  readonly label: string;
  readonly name: string;
  readonly columns: readonly Column<Key>[];
  readonly rows: ArrayLike<number>;
  readonly sorting: Sorting<Key>;
  readonly onSort: (key: Key) => void;
  /** A row was clicked, or Enter pressed at it. */
  readonly onOpen?: ((row: number) => void) | undefined;
}

/** Rows drawn above and below those that are seen, so that scrolling shows no gaps. */
const SPARE = 24;
/** Rows that are scrolled before others are drawn: most frames draw none. */
const STEP = 8;

/** A table of any number of rows: only those near the ones that are seen are in the document. */
export const Grid = <Key extends string>({
  label,
  name,
  columns,
  rows,
  sorting,
  onSort,
  onOpen,
}: GridProps<Key>) => {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [current, setCurrent] = useState(0);
  const [rowHeight, viewHeight] = useHeights(box);

  useEffect(() => {
    setCurrent(0);
    if (box.current) box.current.scrollTop = 0;
  }, [rows]);

  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const last = Math.min(rows.length, Math.ceil((top + viewHeight) / rowHeight) + SPARE);
  const idOf = (at: number): string => `${name}-row-${at}`;

  const show = (at: number): void => {
    setCurrent(at);
    const { current: element } = box;
    if (!element) return;
    const head = element.querySelector<HTMLElement>('.grid-head')?.offsetHeight ?? 0;
    const [from, to] = [at * rowHeight, (at + 1) * rowHeight];
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to + head > element.scrollTop + element.clientHeight)
      element.scrollTop = to + head - element.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== box.current) return;
    const page = Math.max(1, Math.floor(viewHeight / rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: rows.length - 1,
    };
    const next = steps[event.key];
    if (next !== undefined) show(Math.max(0, Math.min(rows.length - 1, next)));
    else if (event.key === 'Enter' && rows.length > 0) onOpen?.(rows[current] as number);
    else return;
    event.preventDefault();
  };

  const drawn = [];
  for (let at = first; at < last; at++) {
    drawn.push(
      <div
        key={at}
        id={idOf(at)}
        role="row"
        class="grid-row"
        aria-rowindex={at + 2}
        aria-selected={at === current}
        style={{ transform: `translateY(${at * rowHeight}px)` }}
        onClick={() => {
          setCurrent(at);
          onOpen?.(rows[at] as number);
        }}
      >
        {columns.map((column) => (
          <div
            key={column.key}
            role="gridcell"
            class={`${column.key}${column.isNumber ? ' number' : ''}`}
          >
            {column.cell(rows[at] as number)}
          </div>
        ))}
      </div>,
    );
  }
  return (
    <div
      ref={box}
      class={`grid ${name}`}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      aria-activedescendant={current >= first && current < last ? idOf(current) : undefined}
      onScroll={({ currentTarget }) => {
        const step = rowHeight * STEP;
        setTop(Math.floor(currentTarget.scrollTop / step) * step);
      }}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" class="grid-head">
        <div role="row" aria-rowindex={1} class="grid-titles">
          {columns.map(({ key, label: title, isNumber }) => (
            <div
              key={key}
              role="columnheader"
              class={`${key}${isNumber ? ' number' : ''}`}
              aria-sort={
                key !== sorting.key ? 'none' : sorting.isDescending ? 'descending' : 'ascending'
              }
            >
              <button type="button" onClick={() => onSort(key)}>
                {title}
                <span aria-hidden="true">
                  {key !== sorting.key ? '' : sorting.isDescending ? ' ↓' : ' ↑'}
                </span>
              </button>
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" class="grid-body" style={{ height: `${rows.length * rowHeight}px` }}>
        {drawn}
      </div>
    </div>
  );
};

/** The heights of a row, which the style sets, and of what is seen. */
const useHeights = (box: { readonly current: HTMLElement | null }): [row: number, view: number] => {
  const [heights, setHeights] = useState<[number, number]>([32, 600]);
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const measure = (): void => {
      const row = Number.parseFloat(getComputedStyle(current).getPropertyValue('--row-height'));
      setHeights([row || 32, current.clientHeight]);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [box]);
  return heights;
};
