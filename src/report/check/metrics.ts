import type { CheckedImage, CheckOutcome, CheckResult } from '../../api/check.ts';
import { imageLabel } from '../image-label.ts';
import type { Gauge, Sample } from '../metrics.ts';

/**
 * A check as metrics, of each platform. The label `image` is the same for all versions, so that they make one line of a
 * chart; tag and digest are labels of `reslim_image_info`.
 */
export const checkMetrics = ({ name, images }: CheckResult): Gauge[] => {
  const { image, tag } = imageLabel(name);
  const each = (valueOf: (checked: CheckedImage) => number | undefined): Sample[] =>
    images.flatMap((checked) => {
      const value = valueOf(checked);
      return value === undefined ? [] : [{ labels: { image, platform: checked.platform }, value }];
    });
  const limits = (
    isMeant: (check: CheckOutcome) => boolean,
    valueOf: (check: CheckOutcome) => number,
  ): Sample[] =>
    images.flatMap(({ platform, checks }) =>
      checks.filter(isMeant).map((check) => ({
        labels: { image, platform, rule: check.rule, subject: check.subject ?? '' },
        value: valueOf(check),
      })),
    );
  return [
    {
      name: 'reslim_image_info',
      help: 'The version of an image that the other metrics are of.',
      samples: images.map(({ platform, digest }) => ({
        labels: { image, platform, tag, digest },
        value: 1,
      })),
    },
    {
      name: 'reslim_image_size_bytes',
      help: 'Bytes of all layers as stored: what is downloaded.',
      unit: 'bytes',
      samples: each(({ compressedSize }) => compressedSize),
    },
    {
      name: 'reslim_image_unpacked_size_bytes',
      help: 'Bytes of all layers decompressed.',
      unit: 'bytes',
      samples: each(({ unpackedSize }) => unpackedSize),
    },
    {
      name: 'reslim_image_wasted_size_bytes',
      help: 'Bytes that could go without changing what a container sees.',
      unit: 'bytes',
      samples: each(({ wastedSize }) => wastedSize),
    },
    {
      name: 'reslim_image_efficiency_ratio',
      help: 'The part of what the layers store that is not wasted.',
      unit: 'ratio',
      samples: each(({ efficiency }) => efficiency),
    },
    {
      name: 'reslim_image_baseline_size_bytes',
      help: 'Bytes of all layers of the image that it is compared with.',
      unit: 'bytes',
      samples: each(({ baselineSize }) => baselineSize),
    },
    {
      name: 'reslim_image_layers',
      help: 'Layers of the image.',
      samples: each(({ layers }) => layers),
    },
    {
      name: 'reslim_image_files',
      help: 'Files of the merged file system.',
      samples: each(({ files }) => files),
    },
    {
      name: 'reslim_check_passed',
      help: 'Whether a limit is kept: 1, or 0.',
      samples: limits(
        () => true,
        ({ passed }) => Number(passed),
      ),
    },
    {
      name: 'reslim_check_limit_bytes',
      help: 'Limits in bytes.',
      unit: 'bytes',
      samples: limits(
        ({ unit }) => unit === 'bytes',
        ({ limit }) => limit,
      ),
    },
    {
      name: 'reslim_check_limit_ratio',
      help: 'Limits that are a part of a whole.',
      unit: 'ratio',
      samples: limits(
        ({ unit }) => unit === 'share',
        ({ limit }) => limit,
      ),
    },
  ];
};
