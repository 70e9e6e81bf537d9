// The document of a comparison of mirrors as text.
import { table } from '../table.js';
import { describeMachine } from './machine.js';

const HEAD = ['', 's', 'ratio', 'CPU s', 'memory', 'source', 'target', 'read', 'written'];

const mb = (bytes) => (bytes === null ? '-' : (bytes / 1e6).toFixed(1));

const cells = ({ name, runs }, at) => {
  const run = runs[at];
  return [
    name,
    ...[run.seconds, run.ratio, run.cpuSeconds].map((value) => value.toFixed(2)),
    mb(run.memoryBytes),
    ...[run.sourceRequests, run.targetRequests].map((count) => count.toFixed(0)),
    ...[run.readBytes, run.writtenBytes].map(mb),
  ];
};

const notes = (rows) =>
  rows.filter(({ note }) => note !== null).map(({ name, note }) => `- ${name}: ${note}.`);

/** The whole document as Markdown that is readable on a terminal. */
export const describeMirrors = ({ machine, rounds, tags, storedBytes, rows, left }) =>
  [
    `${tags} tags of two platforms, ${mb(storedBytes)} MB. ${describeMachine(machine)}. Medians of ${rounds} rounds; sizes in MB.`,
    '### Into an empty registry',
    table(
      HEAD,
      rows.map((row) => cells(row, 0)),
    ),
    '### Again, with nothing to do',
    table(
      HEAD,
      rows.map((row) => cells(row, 1)),
    ),
    [...notes(rows), ...left.map(({ name, why }) => `- ${name}: ${why}.`)].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
