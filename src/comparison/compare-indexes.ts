import type { ValueChange } from '../api/diff.ts';
import { descriptorOf, type ImageNode } from '../oci/image.ts';
import { compareSettings } from './compare-config.ts';
import type { Setting } from './config-members.ts';

/** Compares what two roots say beside their images: annotations, attestations and other documents in an index. */
export const compareIndexes = (before: ImageNode, after: ImageNode): ValueChange[] =>
  compareSettings(membersOf(before), membersOf(after));

/** Members of an image itself belong to its comparison. */
const membersOf = (root: ImageNode): Setting[] => {
  if (root.kind !== 'index') return [];
  const { annotations } = root.document.value;
  return [
    ...Object.entries(annotations).map(([key, value]) => ({ member: 'annotation', key, value })),
    ...root.children.flatMap(othersIn),
  ];
};

/** By what they are: the digest of an attestation is another one after each build. */
const othersIn = (node: ImageNode): Setting[] => {
  if (node.kind === 'index') return node.children.flatMap(othersIn);
  if (node.kind === 'image') return [];
  const { digest } = descriptorOf(node);
  return [{ member: node.role, key: digest, value: digest }];
};
