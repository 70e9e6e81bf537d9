import type { SlimResult } from '../api/results.ts';

/** What was written, in the members that BuildKit's `--metadata-file` has: CI services and scripts read these. */
export interface MetadataDocument {
  readonly 'containerimage.descriptor': SlimResult['descriptor'];
  readonly 'containerimage.digest': string | undefined;
  /** All targets, separated by commas; registries and engines without their prefix. */
  readonly 'image.name': string;
}

/** @see https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file */
export const metadataDocument = ({ descriptor, targets }: SlimResult): MetadataDocument => ({
  'containerimage.descriptor': descriptor,
  'containerimage.digest': descriptor?.digest,
  'image.name': targets
    .map(({ name }) => name.replace(/^(docker:\/\/|docker-daemon:|podman:)/, ''))
    .join(','),
});
