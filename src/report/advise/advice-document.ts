import type { AdviceEdit, AdviseResult } from '../../api/advice.ts';
import { hideSecrets } from '../../oci/secret-values.ts';

/** What `advise --json` prints: the result, without values in it that look secret. */
export const adviceDocument = (result: AdviseResult): AdviseResult => ({
  ...result,
  images: result.images.map((image) => ({
    ...image,
    ...(image.dockerfile && { dockerfile: withoutSecrets(image.dockerfile) }),
    advice: image.advice.map((advice) => ({
      ...advice,
      edits: advice.edits.map(hideInEdit),
      ...(advice.example && {
        example: { ...advice.example, text: hideSecrets(advice.example.text) },
      }),
    })),
  })),
});

type GivenDockerfile = NonNullable<AdviseResult['images'][number]['dockerfile']>;

const withoutSecrets = ({ rewritten, ...rest }: GivenDockerfile): GivenDockerfile => ({
  ...rest,
  rewritten: hideSecrets(rewritten),
});

/** An edit as it may be printed. */
export const hideInEdit = (edit: AdviceEdit): AdviceEdit => ({
  ...edit,
  before: hideSecrets(edit.before),
  after: hideSecrets(edit.after),
});
