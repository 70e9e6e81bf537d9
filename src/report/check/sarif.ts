import type {
  CheckCause,
  CheckedImage,
  CheckOutcome,
  CheckResult,
  CheckRule,
} from '../../api/check.ts';
import { formatSize } from '../format-number.ts';
import { imageLabel } from '../image-label.ts';
import { sarifLog, type SarifResult, type SarifRule } from '../sarif.ts';
import { causeWords, overWords, ruleWords } from './words.ts';

/** Causes that a message names. */
const TOP = 5;

/** A check as a log of static analysis results: one for each limit that is not kept, or for each file that is not allowed. */
export const checkSarif = (result: CheckResult): object => {
  const { image: label } = imageLabel(result.name);
  const checked = new Set(result.images.flatMap(({ checks }) => checks.map(({ rule }) => rule)));
  return sarifLog({
    category: `check/${label}`,
    rules: RULES.filter(({ id }) => checked.has(id)),
    results: result.images.flatMap((image) =>
      image.checks
        .filter(({ passed }) => !passed)
        .flatMap((check) => resultsOf(check, image, label)),
    ),
  });
};

const resultsOf = (
  check: CheckOutcome,
  { platform }: CheckedImage,
  label: string,
): readonly SarifResult[] => {
  const { rule, subject = '', causes } = check;
  const base = { rule, location: { path: label, part: platform } };
  const words = ruleWords(check);
  if (rule === 'deny' || rule === 'no-setuid')
    return causes.map((cause) => ({
      ...base,
      message:
        `${words}: ${cause.name} is not allowed in ${label}, ${platform}. ${causeWords(cause)}`.trim(),
      location: cause.kind === 'file' ? { path: cause.name, part: platform } : base.location,
      identity: [platform, subject, cause.name],
    }));
  const most = causes.slice(0, TOP).map(describeCause).join('; ');
  return [
    {
      ...base,
      message: `${words}: ${overWords(check)}, ${label} on ${platform}. ${most}`.trim(),
      identity: [platform],
    },
  ];
};

const describeCause = (cause: CheckCause): string => {
  const words = causeWords(cause);
  const bytes = cause.bytes === undefined ? '' : ` ${formatSize(cause.bytes)}`;
  return `${cause.kind} ${cause.name}${bytes}${words === '' ? '' : ` (${words})`}`;
};

/** In the order of `CheckRule`. */
const RULES: readonly (SarifRule & { readonly id: CheckRule })[] = [
  {
    id: 'max-size',
    summary: 'The image is larger than its budget.',
    help: 'Slim it, remove what takes most, or raise --max-size.',
    level: 'error',
  },
  {
    id: 'max-unpacked',
    summary: 'The image is larger than its budget, decompressed.',
    help: 'Slim it, remove what takes most, or raise --max-unpacked.',
    level: 'error',
  },
  {
    id: 'max-layers',
    summary: 'The image has more layers than its budget allows.',
    help: 'Merge RUN steps, or slim it with --squash all.',
    level: 'error',
  },
  {
    id: 'max-wasted',
    summary: 'Too many bytes of the image could go without changing what containers see.',
    help: 'Delete files in the step that makes them, use COPY --chown, or slim it.',
    level: 'error',
  },
  {
    id: 'max-user-wasted',
    summary: 'Too many bytes that are stored on top of the base image are wasted.',
    help: 'Delete files in the step that makes them, use COPY --chown, or slim it.',
    level: 'error',
  },
  {
    id: 'min-efficiency',
    summary: 'Too small a part of what the layers store is used.',
    help: 'Delete files in the step that makes them, use COPY --chown, or slim it.',
    level: 'error',
  },
  {
    id: 'max-growth',
    summary: 'The image has grown more than its budget allows.',
    help: 'Look at what grew, or raise --max-growth once and for a reason.',
    level: 'error',
  },
  {
    id: 'deny',
    summary: 'The image contains a file that is not allowed.',
    help: 'Remove it in the step that makes it, build in another stage, or slim the image.',
    level: 'error',
  },
  {
    id: 'require-user',
    summary: 'Containers of the image start as root.',
    help: 'Add USER with another user to the Dockerfile.',
    level: 'error',
  },
  {
    id: 'no-setuid',
    summary: 'A file of the image runs with the rights of its owner or group.',
    help: 'Remove the file or its setuid and setgid bits: chmod a-s FILE.',
    level: 'error',
  },
];
