import type { Setting } from './config-members.ts';

/**
 * Whether a setting means something for containers. A semantic comparison ignores times, names of the image, how
 * reslim made it, how documents are written, and what a builder notes of itself.
 */
export const isSemantic = ({ member, key }: Setting): boolean =>
  !BUILDER.has(member) &&
  !member.startsWith('moby.buildkit.') &&
  !member.startsWith('dev.reslim.') &&
  !((member === 'label' || member === 'annotation') && isNoted(key ?? ''));

/** Top members of a config, and media types. */
const BUILDER: ReadonlySet<string> = new Set([
  ...['created', 'docker_version', 'container', 'container_config', 'id', 'parent', 'throwaway'],
  ...['config.Image', 'config.Hostname', 'mediaType', 'configMediaType'],
]);

const isNoted = (key: string): boolean => NOTES.has(key) || key.startsWith('dev.reslim.');

/** Keys of labels and annotations: when it was built, and names of the image. */
const NOTES: ReadonlySet<string> = new Set([
  'org.opencontainers.image.created',
  'org.label-schema.build-date',
  'build-date',
  'org.opencontainers.image.ref.name',
  'io.containerd.image.name',
  'io.buildah.version',
]);
