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
} as const;
