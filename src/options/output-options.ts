import { CI_CHOICES } from '../api/vocabulary.ts';

/** Results for machines, of every command that has a result to judge. `-` is stdout. */
export const MACHINE_OUTPUTS = {
  junit: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write the checks as JUnit XML',
  },
  sarif: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: "write what is wrong as SARIF, for GitHub's code scanning",
  },
  markdown: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write a summary in Markdown',
  },
  prometheus: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write metrics, for a textfile collector or GitLab',
  },
  'push-gateway': {
    type: 'text',
    value: 'URL',
    group: 'output',
    help: 'send the metrics to a Prometheus Pushgateway',
  },
  comment: {
    type: 'switch',
    group: 'output',
    help: 'write them into one note of the pull or merge request',
  },
  ci: {
    type: 'choice',
    value: 'SERVICE',
    choices: CI_CHOICES as typeof CI_CHOICES,
    group: 'output',
    help: 'write for it: folded log, annotations, summary of the step',
    default: 'auto',
  },
} as const;
