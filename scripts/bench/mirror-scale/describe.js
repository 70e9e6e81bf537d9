// The document of the bench as text: what was measured, what the model says of it, and of ten times as many images.
import { describeMachine } from '../machine.js';
import { sum } from '../stats.js';
import { table } from '../../table.js';
import { bytesOf, cpuSecondsOf, hoursFor, pullsOf, requestsOf } from './model.js';

const TIMES = 10;

const number = (value) => Math.round(value).toLocaleString('en-US');
const mb = (bytes) => (bytes / 1e6).toFixed(bytes < 9.95e6 ? 1 : 0);
const all = (requests) => sum(Object.values(requests));
/** How far what was measured is from what was expected. */
const apart = (measured, expected) => {
  const percent = (100 * (measured - expected)) / expected;
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)} %`;
};

export const describeScale = (document) => {
  const { machine, shape, concurrency } = document;
  return [
    `${number(shape.images)} images in ${number(shape.repositories)} repositories, for ${shape.platforms} platform each, with ` +
      `${shape.ownLayers} layer of its own and ${shape.sharedLayers} shared; ${concurrency} at once. ${describeMachine(machine)}. ` +
      'Both registries ran beside it.',
    '### Measured',
    measuredTable(document),
    '### Requests, and the model',
    requestsTable(document),
    '### Into a queue',
    planTable(document),
    `### ${number(shape.images * TIMES)} images, by the model`,
    modelTable(document),
  ].join('\n\n');
};

const measuredTable = ({ shape, runs }) =>
  table(
    ['', 's', 'CPU s', 'CPU ms an image', 'memory MB', 'received MB', 'sent MB'],
    runs.map(({ name, seconds, cpuSeconds, memoryBytes, bytes }) => [
      name,
      seconds.toFixed(0),
      cpuSeconds.toFixed(1),
      ((1000 * cpuSeconds) / shape.images).toFixed(1),
      memoryBytes === null ? '-' : mb(memoryBytes),
      mb(bytes.received),
      mb(bytes.sent),
    ]),
  );

const requestsTable = ({ shape, runs }) =>
  table(
    ['', 'at the source', 'model', 'at the target', 'model', 'for an image'],
    runs.map(({ name, requests, expected }) => {
      const { source, target } = requests;
      return [
        name,
        number(all(source)),
        apart(all(source), all(expected.requests.source)),
        number(all(target)),
        apart(all(target), all(expected.requests.target)),
        ((all(source) + all(target)) / shape.images).toFixed(2),
      ];
    }),
  );

const planTable = ({ plans }) =>
  table(
    ['images', 's', 'CPU s', 'memory MB', 'model', 'Redis MB', 'model', 'bytes an image'],
    plans.map(({ images, seconds, cpuSeconds, memoryBytes, queuedBytes, expected }) => [
      number(images),
      seconds.toFixed(1),
      cpuSeconds.toFixed(1),
      mb(memoryBytes),
      apart(memoryBytes, expected.memoryBytes),
      mb(queuedBytes),
      apart(queuedBytes, expected.queuedBytes),
      number(queuedBytes / images),
    ]),
  );

/** A limit that a registry of one's own may get, and the one of Docker Hub for who has logged in. */
const REQUESTS = { limit: 6000, minutes: 1 };
const PULLS = { limit: 200, minutes: 6 * 60 };

const modelTable = ({ shape, sizes }) => {
  const larger = { ...shape, images: shape.images * TIMES };
  const rows = [
    ['copy, first run', 'copy'],
    ['slim, first run', 'slim'],
    ['nothing changed', 'again'],
  ];
  return table(
    [
      '',
      'source',
      'target',
      'received MB',
      'CPU min',
      'min at 6,000 a minute',
      'h at 200 pulls in 6 h',
    ],
    rows.map(([name, run]) => {
      const { source, target } = requestsOf(larger, run);
      const most = Math.max(all(source), all(target));
      return [
        name,
        number(all(source)),
        number(all(target)),
        run === 'again' ? '-' : mb(bytesOf(larger, sizes).received),
        (cpuSecondsOf(larger, run) / 60).toFixed(0),
        (60 * hoursFor({ count: most, ...REQUESTS })).toFixed(0),
        number(hoursFor({ count: pullsOf(larger, run), ...PULLS })),
      ];
    }),
  );
};
