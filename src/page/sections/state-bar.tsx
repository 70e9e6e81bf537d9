import { useMemo } from 'preact/hooks';
import { formatCounted, formatShare, formatSize } from '../../report/format-number.ts';
import type { View } from '../view.ts';

interface StateBarProps {
  readonly view: View;
  readonly level: number;
  readonly onLevel: (level: number) => void;
}

/** How the contents divide into states: one bar, which is the legend of the page, too. */
export const StateBar = ({ view, level, onLevel }: StateBarProps) => {
  const { image } = view;
  const totals = useMemo(() => totalsOf(view), [view]);
  const all = totals.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <section aria-labelledby="contents">
      <div class="section-head">
        <h2 id="contents">
          {image.layers.length > 0 ? 'Contents of all layers' : 'Files that differ'}
        </h2>
        {image.verdicts.length > 1 && <Levels view={view} level={level} onLevel={onLevel} />}
      </div>
      <div class="state-bar" aria-hidden="true">
        {image.states.map(({ id }, at) => {
          const { bytes } = totals[at] as Total;
          return (
            bytes > 0 && <span key={id} class={`state ${id}`} style={{ flexGrow: bytes / all }} />
          );
        })}
      </div>
      <ul class="legend">
        {image.states.map(({ id, label, meaning }, at) => {
          const { bytes, files } = totals[at] as Total;
          return (
            <li key={id}>
              <span class={`swatch state ${id}`} aria-hidden="true" />
              <span>
                <strong>
                  {label} {formatSize(bytes)}
                </strong>
                <span class="detail">
                  {' '}
                  {formatShare(bytes, all)} · {formatCounted(files, 'file')} · {meaning}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
};

const Levels = ({ view, level, onLevel }: StateBarProps) => (
  <div class="choices" role="group" aria-label="What the rules take">
    {view.image.verdicts.map(({ label }, at) => (
      <button key={label} type="button" aria-pressed={at === level} onClick={() => onLevel(at)}>
        {label}
      </button>
    ))}
  </div>
);

interface Total {
  bytes: number;
  files: number;
}

const totalsOf = ({ image, files, verdicts }: View): Total[] => {
  const totals = image.states.map((): Total => ({ bytes: 0, files: 0 }));
  for (let at = 0; at < files.count; at++) {
    const total = totals[verdicts.states[at] as number] as Total;
    total.bytes += files.sizes[at] as number;
    total.files++;
  }
  return totals;
};
