import type { PageImage, PageLayer } from '../../api/page-document.ts';
import { formatSize } from '../../report/format-number.ts';
import { addressOf } from '../data/place.ts';
import { layerName } from '../data/groups.ts';

/** The layers in the order they were built, with what became of their contents. */
export const Layers = ({ image: { layers } }: { readonly image: PageImage }) => {
  if (layers.length === 0) return null;
  const most = Math.max(1, ...layers.map(({ used, wasted }) => used + wasted));
  return (
    <section aria-labelledby="layers">
      <h2 id="layers">Layers</h2>
      <table class="layers">
        <thead>
          <tr>
            <th scope="col" class="number">
              #
            </th>
            <th scope="col">Step of the Dockerfile</th>
            <th scope="col" class="number">
              Stored
            </th>
            <th scope="col" class="number">
              Unpacked
            </th>
            <th scope="col" class="number">
              Used
            </th>
            <th scope="col" class="number">
              Wasted
            </th>
            <th scope="col" class="bars">
              <span class="unseen">As a bar</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer, at) => (
            <LayerRow key={at} layer={layer} at={at} most={most} />
          ))}
        </tbody>
      </table>
    </section>
  );
};

interface LayerRowProps {
  readonly layer: PageLayer;
  readonly at: number;
  /** Bytes of the widest bar. */
  readonly most: number;
}

const LayerRow = ({ layer, at, most }: LayerRowProps) => {
  const { step, stored, unpacked, used, wasted } = layer;
  const address = addressOf({ grouping: 'layer', key: encodeURIComponent(layerName(layer, at)) });
  return (
    <tr>
      <td class="number">{at + 1}</td>
      <th scope="row">
        {used + wasted > 0 ? (
          <a href={address}>
            <code>{step === '' ? 'unknown step' : step}</code>
          </a>
        ) : (
          <code>{step === '' ? 'unknown step' : step}</code>
        )}
      </th>
      <td class="number" data-label="stored">
        {formatSize(stored)}
      </td>
      <td class="number" data-label="unpacked">
        {formatSize(unpacked)}
      </td>
      <td class="number" data-label="used">
        {formatSize(used)}
      </td>
      <td class="number" data-label="wasted">
        {formatSize(wasted)}
      </td>
      <td class="bars" aria-hidden="true">
        <span class="layer-bar" style={{ width: `${((used + wasted) / most) * 100}%` }}>
          <span class="state kept" style={{ flexGrow: used }} />
          {wasted > 0 && <span class="state wasted" style={{ flexGrow: wasted }} />}
        </span>
      </td>
    </tr>
  );
};
