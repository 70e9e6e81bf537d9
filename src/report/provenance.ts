import { algorithmOf, hexOf, type Digest } from '../oci/digest.ts';
import { VERSION } from '../base/version.ts';
import { provenanceOptions } from '../options/recipe.ts';
import type { SlimOptions } from '../api/options.ts';
import type { NamedDigest } from '../api/named-digest.ts';
import type { SlimResult } from '../api/results.ts';

/** An in-toto statement with a SLSA provenance. @see https://slsa.dev/spec/v1.0/provenance */
export interface Provenance {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly ResourceDescriptor[];
  readonly predicateType: 'https://slsa.dev/provenance/v1';
  readonly predicate: object;
}

interface ResourceDescriptor {
  readonly name?: string | undefined;
  readonly digest: Readonly<Record<string, string>>;
}

/** Another document that the run made. */
export interface Byproduct {
  readonly name: string;
  readonly digest: Digest;
  readonly mediaType: string;
}

/** The provenance of an image: its source, and the version, options and rules it was made with. */
export const provenanceOf = (
  { source, target = source, images }: SlimResult,
  options: SlimOptions,
  { digest, ...byproduct }: Byproduct,
): Provenance => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [
    resource(target),
    ...images.flatMap((image) =>
      image.target && image.target.digest !== target.digest
        ? [resource({ name: image.platform, digest: image.target.digest })]
        : [],
    ),
  ],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType: 'urn:reslim:slim:1',
      externalParameters: { source: source.digest, options: provenanceOptions(options) },
      internalParameters: {
        images: images.map(({ platform, profiles, dropped }) => ({
          platform,
          profiles: profiles.map(({ name }) => name),
          rules: [...new Set(dropped.map(({ rule }) => rule))].sort(),
        })),
      },
      resolvedDependencies: [
        resource(source),
        ...images
          .filter((image) => image.source.digest !== source.digest)
          .map((image) => resource({ name: image.platform, digest: image.source.digest })),
      ],
    },
    runDetails: {
      builder: { id: 'urn:reslim', version: { reslim: VERSION } },
      byproducts: [{ ...byproduct, digest: digestSet(digest) }],
    },
  },
});

const resource = ({ name, digest }: NamedDigest): ResourceDescriptor => ({
  ...(name !== digest && { name }),
  digest: digestSet(digest),
});

const digestSet = (digest: Digest): Readonly<Record<string, string>> => ({
  [algorithmOf(digest)]: hexOf(digest),
});
