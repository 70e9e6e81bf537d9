import { descriptorOf, imagesOf, isPartial, type ImageNode, type IndexNode } from '../oci/image.ts';
import type { Document, Index } from '../oci/manifest.ts';

/**
 * An index without the children that are `undefined`, and without what speaks of them: attestations are children of
 * their own. An index below it that has no image left is left out, too.
 */
export const partOf = (
  document: Document<Index>,
  children: readonly (ImageNode | undefined)[],
): IndexNode => {
  const images = children.map((child) => (child && !isEmptyPart(child) ? child : undefined));
  const staying = new Set(images.flatMap((child) => (child ? [descriptorOf(child).digest] : [])));
  const left = new Set<string>(
    document.value.manifests.map(({ digest }) => digest).filter((digest) => !staying.has(digest)),
  );
  const kept = images.map((child) =>
    child?.kind === 'other' && left.has(child.subject ?? '') ? undefined : child,
  );
  const nodes = kept.filter((child) => child !== undefined);
  if (nodes.length === children.length) return { kind: 'index', document, children: nodes };
  const manifests = document.value.manifests.filter((_, at) => kept[at] !== undefined);
  return {
    kind: 'index',
    document: { ...document, value: { ...document.value, manifests } },
    children: nodes,
    isPartial: true,
  };
};

const isEmptyPart = (node: ImageNode): boolean => isPartial(node) && imagesOf(node).length === 0;
