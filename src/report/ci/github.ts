import type { CheckResult } from '../../api/check.ts';
import { imageLabel } from '../image-label.ts';
import { printable } from '../printable.ts';
import { overWords, ruleWords } from '../check/words.ts';

/** Annotations of one kind that GitHub shows of a step. */
export const MOST_ANNOTATIONS = 10;

/**
 * A command for the runner of GitHub Actions: `::error title=reslim::message`, with the lines of the message. Texts may come from an
 * image.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export const workflowCommand = (
  command: 'group' | 'endgroup' | 'error' | 'notice',
  lines: readonly string[] = [],
  properties: Readonly<Record<string, string>> = {},
): string => {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${command}${pairs.length > 0 ? ` ${pairs.join()}` : ''}::${lines.map(escapeData).join('%0A')}`;
};

/** As the runner reads it back. */
const escapeData = (text: string): string => printable(text).replaceAll('%', '%25');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** What is shown beside the run: an error for each limit that is not kept, of more than GitHub shows the first ones. */
export const checkAnnotations = (result: CheckResult): string[] => {
  const { image: label } = imageLabel(result.name);
  const all = result.images.flatMap(({ platform, checks }) =>
    checks
      .filter(({ passed }) => !passed)
      .map((check) => {
        const [cause] = check.causes;
        const lines = [
          `${platform}: ${overWords(check)}`,
          ...(cause ? [`first of all ${cause.kind} ${cause.name}`] : []),
        ];
        return workflowCommand('error', lines, { title: `${label}: ${ruleWords(check)}` });
      }),
  );
  return all.slice(0, MOST_ANNOTATIONS);
};

/** Lines for the file of a step's outputs. Nothing in them comes from an image. */
export const checkOutputs = ({ passed, digest, images }: CheckResult): string[] => [
  `passed=${passed}`,
  `digest=${digest}`,
  `size=${images.reduce((sum, { compressedSize }) => sum + compressedSize, 0)}`,
];
