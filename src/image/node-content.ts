import { storedContent } from '../layer/file-content.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Layer } from '../layer/layer.ts';
import type { Node } from '../tree/node.ts';
import type { ImageView } from './image-view.ts';

/** What an image stores of a file, see `storedContent`. */
export const contentOf = ({ entry }: Node, { layers }: Pick<ImageView, 'layers'>): LayerBytes => {
  if (!entry) throw new Error('a file has an entry');
  return storedContent((layers[entry.layer] as Layer).bytes, entry);
};
