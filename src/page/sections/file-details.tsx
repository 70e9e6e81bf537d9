import { formatSize } from '../../report/format-number.ts';
import {
  layerText,
  packageText,
  reasonOf,
  stateOf,
  usedText,
  wastedText,
  type View,
} from '../view.ts';

/** All that is known of one file. */
export const FileDetails = ({ view, file }: { readonly view: View; readonly file: number }) => {
  const { files } = view;
  const reason = reasonOf(view, file);
  const { id, label } = stateOf(view, file);
  const lines: readonly (readonly [name: string, text: string])[] = [
    ['Size', formatSize(files.sizes[file] as number)],
    ['Layer', layerText(view, file)],
    ['Package', packageText(view, file)],
    ['Reason', reason?.text ?? (id === 'kept' ? 'no rule is about it' : '')],
    ['Rule', reason?.rule ?? ''],
    ['Source', reason?.source ?? ''],
    ['Wasted', wastedText(view, file)],
    ['Used by', usedText(view, file)],
  ];
  return (
    <div class="file-details" role="region" aria-label="The selected file">
      <h3>
        <span class={`swatch state ${id}`} aria-hidden="true" /> {label}:{' '}
        <bdi>{files.paths[file]}</bdi>
      </h3>
      <dl>
        {lines
          .filter(([, text]) => text !== '')
          .map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
};
